// Posts the response to the application (response_mode=form_post).
document.forms[0].submit();
