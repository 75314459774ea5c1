package app.almanac.web;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.ModelAndView;

/** Answers a parameter that cannot be read with a page that names it; every other status has {@link StatusPages}. */
@ControllerAdvice(annotations = Controller.class)
class ErrorPages {

    @ExceptionHandler
    ModelAndView badParameter(BadParameter e) {
        return naming(e.parameter());
    }

    @ExceptionHandler
    ModelAndView missing(MissingServletRequestParameterException e) {
        return naming(e.getParameterName());
    }

    @ExceptionHandler
    ModelAndView mismatch(MethodArgumentTypeMismatchException e) {
        return naming(e.getName());
    }

    private static ModelAndView naming(String parameter) {
        var page = new ModelAndView("error", HttpStatus.BAD_REQUEST);
        page.addObject("status", HttpStatus.BAD_REQUEST.value());
        page.addObject("parameter", parameter);
        return page;
    }
}
