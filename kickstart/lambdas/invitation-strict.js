/*
 * Mode "strict": the code in the registration form is good only if Almanac says so, and Almanac then keeps it for this
 * address. Whatever is not a clear yes refuses. FusionAuth runs this at every step of the form.
 *
 * Secrets: almanac-reservations-url, almanac-lambda-token.
 */
var APPLICATION_ID = 'a1a2a3a4-0000-4000-8000-000000000002'; // where the registration does not name its application
var CODE = 'user.data.inviteCode';

// FusionAuth's documentation and the template that it ships differ on where the context stands: both places will do.
function validate(result, user, registration, fourth, fifth) {
  var problem;
  try {
    problem = problemWith(user || {}, registration || {}, servicesIn(fifth) || servicesIn(fourth));
  } catch (e) {
    console.error('An invitation could not be checked: ' + (e && e.name)); // no message: it could quote what was asked
    problem = unavailable();
  }
  if (problem) {
    refuse(result, problem);
  }
}

function problemWith(user, registration, services) {
  var data = user.data || {};
  var code = text(data.inviteCode);
  var email = text(user.email);
  var inviterEmail = text(data.inviterEmail);
  if (!code) {
    return { field: CODE, code: '[blank]' + CODE, message: 'Almanac is by invitation. Enter the code of yours.' };
  }
  if (!email) {
    return { field: 'user.email', code: '[blank]user.email', message: 'Enter your e-mail address.' };
  }
  if (code.length > 64 || email.length > 254 || inviterEmail.length > 254) {
    return refused();
  }
  var question = { code: code, email: email, applicationId: registration.applicationId || APPLICATION_ID };
  if (inviterEmail) {
    question.inviterEmail = inviterEmail;
  }
  var response = fetch(services.secrets.get('almanac-reservations-url'), {
    method: 'POST',
    headers: {
      'Authorization': 'Bearer ' + services.secrets.get('almanac-lambda-token'),
      'Content-Type': 'application/json',
      'Accept': 'application/json'
    },
    body: JSON.stringify(question),
    connectTimeout: 500,
    readTimeout: 1000
  });
  var answer = response.status === 200 ? JSON.parse(response.body) : null;
  if (answer && answer.valid === true) {
    return null;
  }
  return answer && answer.valid === false ? refused() : unavailable();
}

function refused() {
  return { field: CODE, code: '[invalid]' + CODE, message: 'This invitation cannot be used. Ask for a new one.' };
}

function unavailable() {
  return { code: '[AlmanacUnavailable]', message: 'Invitations cannot be checked right now. Try again in a minute.' };
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
