#include "json/record/shape.h"

namespace tarn::json {

void Shape::Learn(const std::vector<Member>& members, const char* record_end, int num_slots) {
  known_ = !members.empty();
  if (!known_) return;
  literals_.clear();
  absent_.clear();
  bytes_.clear();
  std::vector<bool> filled(num_slots + 1);
  for (const Member& member : members) {
    literals_.push_back(Add(member.begin, member.value_begin, member.slot));
    filled[member.slot] = true;
  }
  tail_ = Add(members.back().value_end, record_end, num_slots);
  bytes_.append(kPaddingBytes, '\0');
  for (int slot = 0; slot < num_slots; ++slot) {
    if (!filled[slot]) absent_.push_back(slot);
  }
}

Shape::Literal Shape::Add(const char* begin, const char* end, int slot) {
  const Literal literal{static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(end - begin),
                        slot};
  bytes_.append(begin, end);
  return literal;
}

}  // namespace tarn::json
