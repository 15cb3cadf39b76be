#include "generate/vocabulary.h"

namespace tarn::generate {
namespace {

constexpr std::string_view kFirstNamesFemale[] = {
    "Lily",       "Tegan",  "Kate",   "Chloe",   "Layla",   "Kaylee", "Mia",      "Sylvie",
    "Jacqueline", "Aleena", "Rylan",  "Lorie",   "Celeste", "Cienna", "Makinley", "Molly",
    "Isabella",   "Ava",    "Hayden", "Kinsley", "Harper",  "Amélie", "Zoë",      "Sofía",
};
constexpr std::string_view kFirstNamesMale[] = {
    "Walter",  "Ryan",   "Wyatt",  "Austin",   "Samuel", "Joseph",   "Mohammad", "Jacob",
    "Matthew", "Tucker", "Jayden", "Avery",    "Connar", "Theodore", "Elijah",   "Noah",
    "Anthony", "Jordan", "Sean",   "Dominick", "Evelin", "José",     "Søren",    "Łukasz",
};
constexpr std::string_view kLastNames[] = {
    "Frye",   "Summers",  "Smith",   "Scott",  "Rosales",   "Gonzalez",  "Levine",  "Koch",
    "Cuevas", "Griffin",  "Harrell", "Klein",  "Lynch",     "Terry",     "Kirby",   "Burke",
    "Owens",  "Williams", "Johnson", "Morris", "Gutierrez", "Rodriguez", "Wade",    "Fox",
    "Jones",  "Barrera",  "Hicks",   "Warren", "Arellano",  "Parker",    "Freeman", "Thomas",
    "Bell",   "O'Connor", "Núñez",   "Müller",
};
constexpr std::string_view kLocations[] = {
    "San Francisco-Oakland-Hayward, CA",
    "Portland-South Portland, ME",
    "Lansing-East Lansing, MI",
    "Chicago-Naperville-Elgin, IL-IN-WI",
    "Atlanta-Sandy Springs-Roswell, GA",
    "Waterloo-Cedar Falls, IA",
    "Lake Havasu City-Kingman, AZ",
    "San Jose-Sunnyvale-Santa Clara, CA",
    "Tampa-St. Petersburg-Clearwater, FL",
    "New York-Newark-Jersey City, NY-NJ-PA",
    "Sacramento--Roseville--Arden-Arcade, CA",
    "Janesville-Beloit, WI",
    "Birmingham-Hoover, AL",
    "Winston-Salem, NC",
    "Red Bluff, CA",
    "Marinette, WI-MI",
    "Augusta-Richmond County, GA-SC",
    "Houston-The Woodlands-Sugar Land, TX",
    "Detroit-Warren-Dearborn, MI",
    "New Orleans-Metairie, LA",
    "La Crosse-Onalaska, WI-MN",
    "New Haven-Milford, CT",
    "San Antonio-New Braunfels, TX",
    "Harrisburg-Carlisle, PA",
    "Philadelphia-Camden-Wilmington, PA-NJ-DE-MD",
    "Washington-Arlington-Alexandria, DC-VA-MD-WV",
    "Phoenix-Mesa-Scottsdale, AZ",
    "Nashville-Davidson--Murfreesboro--Franklin, TN",
    "Dallas-Fort Worth-Arlington, TX",
    "Minneapolis-St. Paul-Bloomington, MN-WI",
    "Seattle-Tacoma-Bellevue, WA",
    "Myrtle Beach-Conway-North Myrtle Beach, SC-NC",
};
constexpr std::string_view kUserAgents[] = {
    "\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/36.0.1985.143 Safari/537.36\"",
    "\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.78.2 (KHTML, like Gecko) "
    "Version/7.0.6 Safari/537.78.2\"",
    "Mozilla/5.0 (Windows NT 5.1; rv:31.0) Gecko/20100101 Firefox/31.0",
    "\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu "
    "Chromium/36.0.1985.125 Chrome/36.0.1985.125 Safari/537.36\"",
    "\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/37.0.2062.94 Safari/537.36\"",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.9; rv:31.0) Gecko/20100101 Firefox/31.0",
    "\"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/36.0.1985.125 Safari/537.36\"",
    "\"Mozilla/5.0 (Windows NT 6.3; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/36.0.1985.143 Safari/537.36\"",
    "\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.77.4 (KHTML, like Gecko) "
    "Version/7.0.5 Safari/537.77.4\"",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0",
    "\"Mozilla/5.0 (Windows NT 5.1) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/36.0.1985.143 Safari/537.36\"",
    "\"Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like "
    "Gecko) Version/7.0 Mobile/11D257 Safari/9537.53\"",
    "\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/36.0.1985.143 Safari/537.36\"",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; WOW64; Trident/6.0)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:31.0) Gecko/20100101 Firefox/31.0",
};
constexpr std::string_view kArtistWords[] = {
    "Black", "Keys",   "Kings",   "Leon",     "Killers", "Florence", "Machine",  "Prodigy",
    "Train", "Magic",  "Sam",     "Harmonia", "Muse",    "Radio",    "Head",     "Box",
    "Tops",  "Planet", "Project", "Sierra",   "Maestra", "Adam",     "Ant",      "Casual",
    "Young", "Blues",  "Edward",  "Zeros",    "Velvet",  "Ghosts",   "Northern", "Lights",
    "Paper", "Tigers", "Silver",  "Mount",    "Crystal", "Castles",  "Wolf",     "Parade",
    "Iron",  "Wine",   "Broken",  "Bells",    "Modest",  "Mouse",    "Animal",   "Orchestra",
};
constexpr std::string_view kForeignWords[] = {
    "Björk",    "Sigur Rós",  "Café Tacuba", "Ñandú",    "Mötley", "Beyoncé", "Зоопарк", "Кино",
    "坂本龍一", "방탄소년단", "Θεοδωράκης",  "Čechomor", "Dvořák", "Þórunn",  "فيروز",   "🎸 Straße",
};
constexpr std::string_view kTitleWords[] = {
    "Love",   "Night",  "Home",     "Undo",   "Revelry", "Secrets", "Canada", "Dog",
    "Days",   "Over",   "River",    "Golden", "Heart",   "Fire",    "Rain",   "Dancing",
    "Alone",  "Blue",   "Summer",   "Winter", "Road",    "Sky",     "Dream",  "Clocks",
    "Yellow", "Shadow", "Stranger", "City",   "Moon",    "Waiting", "Letter", "Ocean",
    "Wild",   "Horses", "Forever",  "Drops",  "You",     "Gotta",   "Be",     "Marry",
    "Me",     "Ten",    "Tonne",    "Soul",   "Deep",    "Pink",    "World",  "Insatiable",
};
constexpr std::string_view kTitleSuffixes[] = {
    " (Album Version)", " (Live)",     " (Radio Edit)", " (Remastered)",
    " / Reprise",       " [Explicit]", ": II. Andante", " \"Unplugged\"",
};
constexpr Place kPlaces[] = {
    {"Memphis, TN", 3514968, -9004892},
    {"London, England", 5150632, -12714},
    {"California - LA", 3405349, -11824532},
    {"Burlington, Ontario, Canada", 4332750, -7979970},
    {"North Carolina", 3521962, -8001955},
    {"Nashville, TN.", 3616778, -8677836},
    {"New York, NY", 4071455, -7400712},
    {"Reykjavík, Ísland", 6414548, -2194083},
    {"São Paulo, Brazil", -2354892, -4663867},
    {"Wien, Österreich", 4820254, 1636880},
    {"Sydney, Australia", -3386963, 15120695},
    {"Paris", 4885693, 234121},
    {"Ohio", 4019033, -8266947},
    {"Kingston, Jamaica", 1801571, -7679731},
};

}  // namespace

std::span<const std::string_view> FirstNamesFemale() { return kFirstNamesFemale; }
std::span<const std::string_view> FirstNamesMale() { return kFirstNamesMale; }
std::span<const std::string_view> LastNames() { return kLastNames; }
std::span<const std::string_view> Locations() { return kLocations; }
std::span<const std::string_view> UserAgents() { return kUserAgents; }
std::span<const std::string_view> ArtistWords() { return kArtistWords; }
std::span<const std::string_view> ForeignWords() { return kForeignWords; }
std::span<const std::string_view> TitleWords() { return kTitleWords; }
std::span<const std::string_view> TitleSuffixes() { return kTitleSuffixes; }
std::span<const Place> Places() { return kPlaces; }

}  // namespace tarn::generate
