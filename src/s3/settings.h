#pragma once

#include <string_view>

#include "base/bucket_settings.h"

namespace tarn::s3 {

/// \brief The domain of AWS's hosts in a region.
std::string_view DomainOf(std::string_view region);

/// \brief Give what `settings` leaves unset the values of the environment and of its profile in
/// ~/.aws/config.
///
/// They have the AWS CLI's names: AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3,
/// AWS_ENDPOINT_URL, AWS_PROFILE, AWS_CA_BUNDLE, and, as GDAL has them, AWS_NO_SIGN_REQUEST=YES and
/// AWS_REQUEST_PAYER=requester.
BucketSettings Complete(BucketSettings settings);

}  // namespace tarn::s3
