package app.almanac.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/** Gives a status that nobody else has put into words a page for people, or a problem detail for machines. */
@Controller
class StatusPages implements ErrorController {

    private static final List<String> MACHINES = List.of("/api/", "/fusionauth/");

    @RequestMapping("/error")
    Object error(HttpServletRequest request) {
        var status = status(request);
        if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String address
                && isForMachines(address)) {
            return ResponseEntity.status(status)
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(ProblemDetail.forStatus(status));
        }
        var page = new ModelAndView("error", status);
        page.addObject("status", status.value());
        return page;
    }

    /** Somebody who comes here by its address, and not by an error, finds nothing. */
    private static HttpStatus status(HttpServletRequest request) {
        if (!(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code)) {
            return HttpStatus.NOT_FOUND;
        }
        var known = HttpStatus.resolve(code);
        return known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
    }

    static boolean isForMachines(String path) {
        return MACHINES.stream().anyMatch(path::startsWith);
    }
}
