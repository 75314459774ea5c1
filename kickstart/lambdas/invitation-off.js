/* Mode "off": anybody may register. */
function validate(result, user, registration, fourth, fifth) {}
