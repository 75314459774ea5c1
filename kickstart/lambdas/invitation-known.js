/*
 * Mode "known": the code in the registration form is good if it is one of those known here, as often as people like.
 * Whatever is not a clear yes refuses.
 *
 * Secret: almanac-known-codes, codes with commas between them (from INVITATIONS_KNOWN_CODES).
 */
var CODES = []; // a secret holds at most 256 characters: what does not fit may stand here
var CODE = 'user.data.inviteCode';

// FusionAuth's documentation and the template that it ships differ on where the context stands: both places will do.
function validate(result, user, registration, fourth, fifth) {
  var problem;
  try {
    problem = problemWith(user || {}, servicesIn(fifth) || servicesIn(fourth));
  } catch (e) {
    console.error('An invitation could not be checked: ' + (e && e.name)); // no message: it could quote what was asked
    problem = { code: '[AlmanacUnavailable]', message: 'Invitations cannot be checked right now. Try again in a minute.' };
  }
  if (problem) {
    refuse(result, problem);
  }
}

function problemWith(user, services) {
  var code = normalised(text((user.data || {}).inviteCode));
  if (!code) {
    return { field: CODE, code: '[blank]' + CODE, message: 'Almanac is by invitation. Enter the code of yours.' };
  }
  var known = CODES.concat(services.secrets.get('almanac-known-codes').split(',')).map(normalised);
  return known.indexOf(code) >= 0
    ? null
    : { field: CODE, code: '[invalid]' + CODE, message: 'This invitation cannot be used. Ask for a new one.' };
}

// As Almanac reads a known code: case, spaces and dashes do not count
function normalised(code) {
  return code.toLowerCase().replace(/[\s\p{Pd}]/gu, '');
}

function refuse(result, problem) {
  var errors = result.errors = result.errors || {};
  var error = { code: problem.code, message: problem.message };
  if (problem.field) {
    errors.fieldErrors = errors.fieldErrors || {};
    errors.fieldErrors[problem.field] = [error];
  } else {
    errors.generalErrors = [error];
  }
}

function servicesIn(context) {
  return (context && context.services) || null;
}

function text(value) {
  return typeof value === 'string' ? value.trim() : '';
}
