// ../../src/otp-client-ts/dist/errors.js
var UNKNOWN_ERROR = "UnknownError";
var OtpError = class extends Error {
  name = "OtpError";
  /** The HTTP status. */
  status;
  /** What happened: a name such as `TooManyRequestsError` (`/api/v1`) or an id such as `COMMAND-S6h4R` (all other families). */
  code;
  /** The google.rpc.Code; absent in errors of `/api/v1`. */
  rpcCode;
  /** More about it: `data` of an error of `/api/v1`, such as `{ remainingAttempts: 4, … }`; else the first of the details. */
  details;
  /** After how many seconds it is worth trying again; absent where waiting does not help. */
  retryAfter;
  /** What to name to who runs the service. */
  traceId;
  /** The body as it came, parsed where it is JSON. */
  body;
  /** Made by the client alone. */
  constructor(response, text) {
    const parts = read(response, text);
    super(parts.message);
    this.status = response.status;
    this.code = parts.code;
    this.rpcCode = parts.rpcCode;
    this.details = parts.details;
    this.retryAfter = seconds(response.headers.get("Retry-After"));
    this.traceId = response.headers.get("Trace-Id") ?? void 0;
    this.body = parts.body;
  }
};
function read(response, text) {
  const body = parse(text);
  if (isRecord(body) && isRecord(body["error"]) && typeof body["error"]["name"] === "string") {
    const { name, message, data } = body["error"];
    return { code: name, message: String(message), details: isRecord(data) ? data : {}, body };
  }
  if (isRecord(body) && typeof body["code"] === "number" && Array.isArray(body["details"])) {
    const first = body["details"][0];
    const details = isRecord(first) ? first : {};
    return { code: typeof details["id"] === "string" ? details["id"] : UNKNOWN_ERROR, message: String(body["message"]), rpcCode: body["code"], details, body };
  }
  return { code: UNKNOWN_ERROR, message: `HTTP ${response.status} ${response.statusText}`.trimEnd(), details: {}, body };
}
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function seconds(header) {
  if (header === null || header.trim() === "")
    return void 0;
  if (/^\d+$/.test(header.trim()))
    return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? void 0 : Math.max(0, Math.ceil((at - Date.now()) / 1e3));
}

// ../../src/otp-client-ts/dist/generated/operations.js
var OtpOperations = class {
  http;
  baseUrl;
  jsonParseReviver = void 0;
  constructor(baseUrl, http) {
    this.http = http ? http : window;
    this.baseUrl = baseUrl ?? "/";
  }
  /**
   * Whether the process runs. Restart it where this does not answer.
   * @return OK
   */
  getLiveness(signal) {
    let url_ = this.baseUrl + "/health/live";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processGetLiveness(_response);
    });
  }
  processGetLiveness(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Whether requests can be served: the database answers. A mail provider that is down does not matter here.
   * @return OK
   */
  getReadiness(signal) {
    let url_ = this.baseUrl + "/health/ready";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processGetReadiness(_response);
    });
  }
  processGetReadiness(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lists entries, newest first, 50 at a time.
   * @param userId (optional) Only those of this user.
   * @param action (optional) Only those of this action.
   * @param after (optional) Only those before this one: `next` of the last answer.
   * @return OK
   */
  listAuditEntries(userId, action, after2, signal) {
    let url_ = this.baseUrl + "/api/v1/audit?";
    if (userId === null)
      throw new globalThis.Error("The parameter 'userId' cannot be null.");
    else if (userId !== void 0)
      url_ += "userId=" + encodeURIComponent("" + userId) + "&";
    if (action === null)
      throw new globalThis.Error("The parameter 'action' cannot be null.");
    else if (action !== void 0)
      url_ += "action=" + encodeURIComponent("" + action) + "&";
    if (after2 === null)
      throw new globalThis.Error("The parameter 'after' cannot be null.");
    else if (after2 !== void 0)
      url_ += "after=" + encodeURIComponent("" + after2) + "&";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processListAuditEntries(_response);
    });
  }
  processListAuditEntries(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lists mails, newest first, 50 at a time. No code and no address is in the answer.
   * @param userId (optional) Only those about this user.
   * @param email (optional) Only those to this address.
   * @param state (optional) Only those in this state.
   * @param after (optional) Only those queued before this one: `next` of the last answer.
   * @return OK
   */
  listDeliveries(userId, email, state2, after2, signal) {
    let url_ = this.baseUrl + "/api/v1/deliveries?";
    if (userId === null)
      throw new globalThis.Error("The parameter 'userId' cannot be null.");
    else if (userId !== void 0)
      url_ += "userId=" + encodeURIComponent("" + userId) + "&";
    if (email === null)
      throw new globalThis.Error("The parameter 'email' cannot be null.");
    else if (email !== void 0)
      url_ += "email=" + encodeURIComponent("" + email) + "&";
    if (state2 === null)
      throw new globalThis.Error("The parameter 'state' cannot be null.");
    else if (state2 !== void 0)
      url_ += "state=" + encodeURIComponent("" + state2) + "&";
    if (after2 === null)
      throw new globalThis.Error("The parameter 'after' cannot be null.");
    else if (after2 !== void 0)
      url_ += "after=" + encodeURIComponent("" + after2) + "&";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processListDeliveries(_response);
    });
  }
  processListDeliveries(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Tries a failed mail again, while its code lives.
   * @param deliveryId The mail, by its `deliveryId` in the list.
   * @return OK
   */
  retryDelivery(deliveryId, signal) {
    let url_ = this.baseUrl + "/api/v1/deliveries/{deliveryId}/retry";
    if (deliveryId === void 0 || deliveryId === null)
      throw new globalThis.Error("The parameter 'deliveryId' must be defined.");
    url_ = url_.replace("{deliveryId}", encodeURIComponent("" + deliveryId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processRetryDelivery(_response);
    });
  }
  processRetryDelivery(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a passcode and mails it to the user's address.
   * @return OK
   */
  createEmailOneTimePasscode(signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/email/otp";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "PUT",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processCreateEmailOneTimePasscode(_response);
    });
  }
  processCreateEmailOneTimePasscode(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Says whether the user's address is verified, and how its passcode stands.
   * @param passcode (optional) Deprecated. A guess: any text of 1 to 200 characters counts as one.
   * @return OK
   */
  getEmailVerificationStatus(passcode, signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/email/status?";
    if (passcode === null)
      throw new globalThis.Error("The parameter 'passcode' cannot be null.");
    else if (passcode !== void 0)
      url_ += "passcode=" + encodeURIComponent("" + passcode) + "&";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processGetEmailVerificationStatus(_response);
    });
  }
  processGetEmailVerificationStatus(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Verifies the user's address with the passcode from the mail.
   * @return OK
   */
  verifyEmail(body, signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/email/verify";
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyEmail(_response);
    });
  }
  processVerifyEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lists the factors that the user can use.
   * @return OK
   */
  listMyAuthFactors(signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/auth_factors/_search";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processListMyAuthFactors(_response);
    });
  }
  processListMyAuthFactors(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes the user's verified address a factor, ready at once.
   * @return OK
   */
  addMyAuthFactorOTPEmail(signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/auth_factors/otp_email";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processAddMyAuthFactorOTPEmail(_response);
    });
  }
  processAddMyAuthFactorOTPEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Removes the factor at the user's verified address.
   * @return OK
   */
  removeMyAuthFactorOTPEmail(signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/auth_factors/otp_email";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "DELETE",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processRemoveMyAuthFactorOTPEmail(_response);
    });
  }
  processRemoveMyAuthFactorOTPEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Says what the user's address is, and whether it is verified.
   * @return OK
   */
  getMyEmail(signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/email";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processGetMyEmail(_response);
    });
  }
  processGetMyEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Sets the user's address and mails a code to it.
   * @return OK
   */
  setMyEmail(body, signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/email";
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "PUT",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processSetMyEmail(_response);
    });
  }
  processSetMyEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Verifies the user's address with the code from the mail.
   * @return OK
   */
  verifyMyEmail(body, signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/email/_verify";
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyMyEmail(_response);
    });
  }
  processVerifyMyEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Mails a new code to the user's address.
   * @return OK
   */
  resendMyEmailVerification(signal) {
    let url_ = this.baseUrl + "/auth/v1/users/me/email/_resend_verification";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processResendMyEmailVerification(_response);
    });
  }
  processResendMyEmailVerification(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a challenge and mails its code.
   * @param body (optional)
   * @return OK
   */
  createMyOtpEmailChallenge(body, signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/otp_email/challenges";
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processCreateMyOtpEmailChallenge(_response);
    });
  }
  processCreateMyOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a challenge of a user; the code is mailed, or answered as `passcode` where the body asks for it.
   * @param userId The user: what its tokens have as `sub`.
   * @param body (optional)
   * @return OK
   */
  createOtpEmailChallenge(userId, body, signal) {
    let url_ = this.baseUrl + "/api/v1/users/{userId}/otp_email/challenges";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processCreateOtpEmailChallenge(_response);
    });
  }
  processCreateOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Says how a challenge stands.
   * @param challengeId The challenge, by the `challengeId` of the answer that made it.
   * @return OK
   */
  getMyOtpEmailChallenge(challengeId, signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/otp_email/challenges/{challengeId}";
    if (challengeId === void 0 || challengeId === null)
      throw new globalThis.Error("The parameter 'challengeId' must be defined.");
    url_ = url_.replace("{challengeId}", encodeURIComponent("" + challengeId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processGetMyOtpEmailChallenge(_response);
    });
  }
  processGetMyOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Says how a challenge stands.
   * @param userId The user: what its tokens have as `sub`.
   * @param challengeId The challenge, by the `challengeId` of the answer that made it.
   * @return OK
   */
  getOtpEmailChallenge(userId, challengeId, signal) {
    let url_ = this.baseUrl + "/api/v1/users/{userId}/otp_email/challenges/{challengeId}";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    if (challengeId === void 0 || challengeId === null)
      throw new globalThis.Error("The parameter 'challengeId' must be defined.");
    url_ = url_.replace("{challengeId}", encodeURIComponent("" + challengeId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processGetOtpEmailChallenge(_response);
    });
  }
  processGetOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Replaces the code of a challenge and mails the new one.
   * @param challengeId The challenge, by the `challengeId` of the answer that made it.
   * @return OK
   */
  resendMyOtpEmailChallenge(challengeId, signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/otp_email/challenges/{challengeId}/resend";
    if (challengeId === void 0 || challengeId === null)
      throw new globalThis.Error("The parameter 'challengeId' must be defined.");
    url_ = url_.replace("{challengeId}", encodeURIComponent("" + challengeId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processResendMyOtpEmailChallenge(_response);
    });
  }
  processResendMyOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Replaces the code of a user's challenge; the new one is mailed, or answered as `passcode` where the body asks for it.
   * @param userId The user: what its tokens have as `sub`.
   * @param challengeId The challenge, by the `challengeId` of the answer that made it.
   * @param body (optional)
   * @return OK
   */
  resendOtpEmailChallenge(userId, challengeId, body, signal) {
    let url_ = this.baseUrl + "/api/v1/users/{userId}/otp_email/challenges/{challengeId}/resend";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    if (challengeId === void 0 || challengeId === null)
      throw new globalThis.Error("The parameter 'challengeId' must be defined.");
    url_ = url_.replace("{challengeId}", encodeURIComponent("" + challengeId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processResendOtpEmailChallenge(_response);
    });
  }
  processResendOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Proves the factor with the code from the mail.
   * @param challengeId The challenge, by the `challengeId` of the answer that made it.
   * @return OK
   */
  verifyMyOtpEmailChallenge(challengeId, body, signal) {
    let url_ = this.baseUrl + "/api/v1/user/me/otp_email/challenges/{challengeId}/verify";
    if (challengeId === void 0 || challengeId === null)
      throw new globalThis.Error("The parameter 'challengeId' must be defined.");
    url_ = url_.replace("{challengeId}", encodeURIComponent("" + challengeId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyMyOtpEmailChallenge(_response);
    });
  }
  processVerifyMyOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Proves the factor with the code from the mail.
   * @param userId The user: what its tokens have as `sub`.
   * @param challengeId The challenge, by the `challengeId` of the answer that made it.
   * @return OK
   */
  verifyOtpEmailChallenge(userId, challengeId, body, signal) {
    let url_ = this.baseUrl + "/api/v1/users/{userId}/otp_email/challenges/{challengeId}/verify";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    if (challengeId === void 0 || challengeId === null)
      throw new globalThis.Error("The parameter 'challengeId' must be defined.");
    url_ = url_.replace("{challengeId}", encodeURIComponent("" + challengeId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyOtpEmailChallenge(_response);
    });
  }
  processVerifyOtpEmailChallenge(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Takes the reports of SendGrid's signed Event Webhook; each is applied once, in any order.
   * @param x_Twilio_Email_Event_Webhook_Signature (optional) ECDSA on P-256 with SHA-256 over the timestamp and the body, in DER, in base64.
   * @param x_Twilio_Email_Event_Webhook_Timestamp (optional) When it was signed, in seconds since 1970-01-01 UTC.
   * @return OK
   */
  receiveSendGridEvents(body, x_Twilio_Email_Event_Webhook_Signature, x_Twilio_Email_Event_Webhook_Timestamp, signal) {
    let url_ = this.baseUrl + "/webhooks/sendgrid/events";
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "X-Twilio-Email-Event-Webhook-Signature": x_Twilio_Email_Event_Webhook_Signature !== void 0 && x_Twilio_Email_Event_Webhook_Signature !== null ? "" + x_Twilio_Email_Event_Webhook_Signature : "",
        "X-Twilio-Email-Event-Webhook-Timestamp": x_Twilio_Email_Event_Webhook_Timestamp !== void 0 && x_Twilio_Email_Event_Webhook_Timestamp !== null ? "" + x_Twilio_Email_Event_Webhook_Timestamp : "",
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processReceiveSendGridEvents(_response);
    });
  }
  processReceiveSendGridEvents(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lists them in the order of the addresses, 50 at a time.
   * @param after (optional) Only those after this address: `next` of the last answer.
   * @return OK
   */
  listSuppressions(after2, signal) {
    let url_ = this.baseUrl + "/api/v1/suppressions?";
    if (after2 === null)
      throw new globalThis.Error("The parameter 'after' cannot be null.");
    else if (after2 !== void 0)
      url_ += "after=" + encodeURIComponent("" + after2) + "&";
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processListSuppressions(_response);
    });
  }
  processListSuppressions(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lets an address get mail again.
   * @param email The address, in any spelling that reaches the same inbox.
   * @return OK
   */
  liftSuppression(email, signal) {
    let url_ = this.baseUrl + "/api/v1/suppressions/{email}";
    if (email === void 0 || email === null)
      throw new globalThis.Error("The parameter 'email' must be defined.");
    url_ = url_.replace("{email}", encodeURIComponent("" + email));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "DELETE",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processLiftSuppression(_response);
    });
  }
  processLiftSuppression(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Sets the user's address.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  setEmail(userId, body, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processSetEmail(_response);
    });
  }
  processSetEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Sets the user's address.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  setContactEmail(userId, body, signal) {
    let url_ = this.baseUrl + "/v3alpha/users/{userId}/email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "PUT",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processSetContactEmail(_response);
    });
  }
  processSetContactEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a new code for the user's address.
   * @param userId The user: what its tokens have as `sub`.
   * @param body (optional)
   * @return OK
   */
  resendEmailCode(userId, body, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/email/resend";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processResendEmailCode(_response);
    });
  }
  processResendEmailCode(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a new code for the user's address.
   * @param userId The user: what its tokens have as `sub`.
   * @param body (optional)
   * @return OK
   */
  sendEmailCode(userId, body, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/email/send";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processSendEmailCode(_response);
    });
  }
  processSendEmailCode(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a new code for the user's address.
   * @param userId The user: what its tokens have as `sub`.
   * @param body (optional)
   * @return OK
   */
  resendContactEmailCode(userId, body, signal) {
    let url_ = this.baseUrl + "/v3alpha/users/{userId}/email/resend";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processResendContactEmailCode(_response);
    });
  }
  processResendContactEmailCode(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Verifies the user's address with the code from the mail.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  verifyEmailByUserId(userId, body, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/email/verify";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyEmailByUserId(_response);
    });
  }
  processVerifyEmailByUserId(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Verifies the user's address with the code from the mail.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  verifyContactEmail(userId, body, signal) {
    let url_ = this.baseUrl + "/v3alpha/users/{userId}/email/verify";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyContactEmail(_response);
    });
  }
  processVerifyContactEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lists the kinds of factors that the user can use.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  listAuthenticationMethodTypes(userId, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/authentication_methods";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "GET",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processListAuthenticationMethodTypes(_response);
    });
  }
  processListAuthenticationMethodTypes(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Lists the user's factors.
   * @param userId The user: what its tokens have as `sub`.
   * @param body (optional)
   * @return OK
   */
  listAuthenticationFactors(userId, body, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/authentication_factors/_search";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processListAuthenticationFactors(_response);
    });
  }
  processListAuthenticationFactors(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes the user's verified address a factor, ready at once.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  addOTPEmail(userId, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/otp_email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processAddOTPEmail(_response);
    });
  }
  processAddOTPEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Removes the factor at the user's verified address.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  removeOTPEmail(userId, signal) {
    let url_ = this.baseUrl + "/v2/users/{userId}/otp_email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "DELETE",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processRemoveOTPEmail(_response);
    });
  }
  processRemoveOTPEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes the user's verified address a factor, ready at once.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  addOTPEmailBeta(userId, signal) {
    let url_ = this.baseUrl + "/v2beta/users/{userId}/otp_email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processAddOTPEmailBeta(_response);
    });
  }
  processAddOTPEmailBeta(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Removes the factor at the user's verified address.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  removeOTPEmailBeta(userId, signal) {
    let url_ = this.baseUrl + "/v2beta/users/{userId}/otp_email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "DELETE",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processRemoveOTPEmailBeta(_response);
    });
  }
  processRemoveOTPEmailBeta(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Adds a factor at an address of its own, and sends the code that makes it ready.
   * @param userId The user: what its tokens have as `sub`.
   * @param body (optional)
   * @return OK
   */
  addOTPEmailAuthenticator(userId, body, signal) {
    let url_ = this.baseUrl + "/v3alpha/users/{userId}/otp_email";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processAddOTPEmailAuthenticator(_response);
    });
  }
  processAddOTPEmailAuthenticator(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Makes a factor ready with the code from the mail.
   * @param userId The user: what its tokens have as `sub`.
   * @param otpEmailId The factor, by the `otpEmailId` of the answer that added it.
   * @return OK
   */
  verifyOTPEmailRegistration(userId, otpEmailId, body, signal) {
    let url_ = this.baseUrl + "/v3alpha/users/{userId}/otp_email/{otpEmailId}/verify";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    if (otpEmailId === void 0 || otpEmailId === null)
      throw new globalThis.Error("The parameter 'otpEmailId' must be defined.");
    url_ = url_.replace("{otpEmailId}", encodeURIComponent("" + otpEmailId));
    url_ = url_.replace(/[?&]$/, "");
    const content_ = JSON.stringify(body);
    let options_ = {
      body: content_,
      method: "POST",
      signal,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processVerifyOTPEmailRegistration(_response);
    });
  }
  processVerifyOTPEmailRegistration(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Removes a factor.
   * @param userId The user: what its tokens have as `sub`.
   * @param otpEmailId The factor, by the `otpEmailId` of the answer that added it.
   * @return OK
   */
  removeOTPEmailAuthenticator(userId, otpEmailId, signal) {
    let url_ = this.baseUrl + "/v3alpha/users/{userId}/otp_email/{otpEmailId}";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    if (otpEmailId === void 0 || otpEmailId === null)
      throw new globalThis.Error("The parameter 'otpEmailId' must be defined.");
    url_ = url_.replace("{otpEmailId}", encodeURIComponent("" + otpEmailId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "DELETE",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processRemoveOTPEmailAuthenticator(_response);
    });
  }
  processRemoveOTPEmailAuthenticator(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
  /**
   * Ends the locks and counters of a user. The user's live codes die with them.
   * @param userId The user: what its tokens have as `sub`.
   * @return OK
   */
  unlockOtpEmail(userId, signal) {
    let url_ = this.baseUrl + "/api/v1/users/{userId}/otp_email/unlock";
    if (userId === void 0 || userId === null)
      throw new globalThis.Error("The parameter 'userId' must be defined.");
    url_ = url_.replace("{userId}", encodeURIComponent("" + userId));
    url_ = url_.replace(/[?&]$/, "");
    let options_ = {
      method: "POST",
      signal,
      headers: {
        "Accept": "application/json"
      }
    };
    return this.http.fetch(url_, options_).then((_response) => {
      return this.processUnlockOtpEmail(_response);
    });
  }
  processUnlockOtpEmail(response) {
    const status = response.status;
    let _headers = {};
    if (response.headers && response.headers.forEach) {
      response.headers.forEach((v, k) => _headers[k] = v);
    }
    ;
    if (status === 200) {
      return response.text().then((_responseText) => {
        let result200 = null;
        result200 = _responseText === "" ? null : JSON.parse(_responseText, this.jsonParseReviver);
        return result200;
      });
    } else if (status !== 200 && status !== 204) {
      return response.text().then((_responseText) => {
        return throwException("An unexpected server error occurred.", status, _responseText, _headers);
      });
    }
    return Promise.resolve(null);
  }
};
var UnexpectedAnswer = class extends Error {
  message;
  status;
  response;
  headers;
  result;
  constructor(message, status, response, headers, result) {
    super();
    this.message = message;
    this.status = status;
    this.response = response;
    this.headers = headers;
    this.result = result;
  }
  isUnexpectedAnswer = true;
  static isUnexpectedAnswer(obj) {
    return obj.isUnexpectedAnswer === true;
  }
};
function throwException(message, status, response, headers, result) {
  if (result !== null && result !== void 0)
    throw result;
  else
    throw new UnexpectedAnswer(message, status, response, headers, null);
}

// ../../src/otp-client-ts/dist/client.js
var OtpClient = class extends OtpOperations {
  constructor(options) {
    super(options.baseUrl.replace(/\/+$/, ""), { fetch: (url, init) => send(options, url, init ?? {}) });
  }
};
async function send(options, url, init) {
  const headers = new Headers(init.headers);
  if (options.token)
    headers.set("Authorization", `Bearer ${await options.token()}`);
  const request = { ...init, headers };
  const response = await (options.fetch ? options.fetch(url, request) : fetch(url, request));
  if (!response.ok)
    throw new OtpError(response, await response.text());
  return response;
}

// src/clock.ts
var ahead = 0;
function setTo(time) {
  ahead = Date.parse(time) - Date.now();
}
function secondsUntil(time) {
  return Math.max(0, Math.ceil((Date.parse(time) - Date.now() - ahead) / 1e3));
}
function asClock(seconds2) {
  const parts = [Math.floor(seconds2 / 3600), Math.floor(seconds2 / 60) % 60, seconds2 % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => index === 0 ? String(part) : String(part).padStart(2, "0")).join(":");
}
function after(seconds2) {
  return new Date(Date.now() + ahead + seconds2 * 1e3).toISOString();
}

// src/code.ts
function clean(typed, shape) {
  const others = shape.alphabet === "digits" ? /[^0-9]/g : /[^0-9A-Z]/g;
  return typed.toUpperCase().replace(others, "").slice(0, shape.length);
}
function find(pasted, shape) {
  const symbol = shape.alphabet === "digits" ? "[0-9]" : "[0-9A-Z]";
  const whole = pasted.match(new RegExp(`(?<![0-9A-Za-z])${symbol}{${shape.length}}(?![0-9A-Za-z])`));
  return whole ? whole[0] : clean(pasted, shape);
}
function describe(shape) {
  return `${shape.length} ${shape.alphabet === "digits" ? "digits" : "letters and digits"}`;
}

// src/verification.ts
var Verification = class {
  email;
  settings;
  client;
  token;
  constructor(email, settings2) {
    this.email = email;
    this.settings = settings2;
    this.client = new OtpClient({ baseUrl: "", token: () => this.getToken() });
  }
  /** Has a code mailed. */
  async requestCode() {
    const status = (await this.client.createEmailOneTimePasscode()).results;
    if (status.otp) setTo(status.otp.createdAt);
    return this.read(status);
  }
  /** The same; but where it is too early for another code, the one that was mailed before is to be used. */
  async requestFirstCode() {
    try {
      return { state: await this.requestCode(), isNew: true };
    } catch (error) {
      const state2 = error instanceof OtpError && error.status === 429 ? await this.getState() : void 0;
      if (state2?.kind === "code" || state2?.kind === "locked") return { state: state2, isNew: false };
      throw error;
    }
  }
  async verify(code) {
    return this.read((await this.client.verifyEmail({ passcode: code })).results);
  }
  async getState() {
    return this.read((await this.client.getEmailVerificationStatus()).results);
  }
  read(status) {
    const { isVerified, otp, lockedUntil } = status;
    if (isVerified) return { kind: "verified" };
    if (lockedUntil) return { kind: "locked", resendAt: later(lockedUntil, otp?.resendAvailableAt) };
    if (!otp) return { kind: "none" };
    if (otp.isExpired) return { kind: "expired", resendAt: otp.resendAvailableAt };
    const attemptsLeft = this.settings.maxAttempts - otp.numberOfAttempts;
    return { kind: "code", expiresAt: otp.expiresAt, resendAt: otp.resendAvailableAt, attemptsLeft };
  }
  // In production the user signs in at an identity provider, which issues the token. In Development the service makes one.
  async getToken() {
    if (this.token === void 0 || secondsUntil(this.token.expiresAt) < 60) {
      const response = await fetch("/dev/tokens", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ sub: `demo:${this.email.toLowerCase()}`.slice(0, 200), email: this.email })
      });
      if (!response.ok) throw new OtpError(response, await response.text());
      this.token = (await response.json()).results;
    }
    return this.token.token;
  }
};
async function loadSettings() {
  const response = await fetch("/dev/passcodes");
  if (!response.ok) throw new OtpError(response, await response.text());
  return (await response.json()).results;
}
function later(one, other) {
  return other !== void 0 && Date.parse(other) > Date.parse(one) ? other : one;
}

// src/demo.ts
var titles = {
  start: "Verify your address",
  code: "Enter your code",
  expired: "This code has expired",
  locked: "Too many wrong codes",
  verified: "Address verified"
};
var title = element("title", HTMLElement);
var startForm = element("start", HTMLFormElement);
var emailField = element("email", HTMLInputElement);
var emailMessage = element("email-message", HTMLElement);
var sendButton = element("send", HTMLButtonElement);
var codeForm = element("enter", HTMLFormElement);
var codeField = element("code", HTMLInputElement);
var codeHint = element("code-hint", HTMLElement);
var codeMessage = element("code-message", HTMLElement);
var expiry = element("expiry", HTMLElement);
var resend = element("resend", HTMLElement);
var resendButton = element("resend-button", HTMLButtonElement);
var resendMessage = element("resend-message", HTMLElement);
var mailboxLink = element("mailbox", HTMLAnchorElement);
var announcer = element("announcer", HTMLElement);
var settings;
var verification;
var state = { kind: "none" };
var resendAt = "";
var isBusy = false;
startForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});
codeForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void verify();
});
codeField.addEventListener("input", () => {
  const code = clean(codeField.value, settings);
  if (code !== codeField.value) codeField.value = code;
  verifyWhenComplete();
});
codeField.addEventListener("paste", (event) => {
  const code = find(event.clipboardData?.getData("text") ?? "", settings);
  if (code.length !== settings.length) return;
  event.preventDefault();
  codeField.value = code;
  verifyWhenComplete();
});
resendButton.addEventListener("click", () => void requestAnother());
for (const button of document.querySelectorAll("[data-restart]")) {
  button.addEventListener("click", () => show("start"));
}
setInterval(tick, 250);
emailField.focus();
document.body.dataset["ready"] = "true";
async function start() {
  say(emailMessage, emailField, "");
  if (!emailField.checkValidity()) {
    say(emailMessage, emailField, "Type an address such as ada@example.com.");
    emailField.focus();
    return;
  }
  await busily([sendButton], async () => {
    try {
      settings = await loadSettings();
      verification = new Verification(emailField.value.trim(), settings);
      const { state: next, isNew } = await verification.requestFirstCode();
      for (const output of document.querySelectorAll("[data-email]")) output.textContent = verification.email;
      mailboxLink.href = `/dev/mailbox?to=${encodeURIComponent(verification.email)}`;
      enter(next);
      if (!isNew && next.kind === "code") announce("A code was mailed a moment ago. Use that one.");
    } catch (error) {
      say(emailMessage, emailField, explain(error));
      emailField.focus();
    }
  });
}
async function requestAnother() {
  await busily([resendButton], async () => {
    try {
      enter(await verification.requestCode());
      announce("Another code was mailed. The one before no longer works.");
    } catch (error) {
      if (error instanceof OtpError && error.retryAfter !== void 0) {
        resendAt = after(error.retryAfter);
      }
      resendMessage.textContent = explain(error);
    }
  });
}
function verifyWhenComplete() {
  if (codeField.value.length === settings.length) void verify();
}
async function verify() {
  if (isBusy) return;
  if (codeField.value.length !== settings.length) {
    say(codeMessage, codeField, `The code has ${describe(settings)}.`);
    codeField.focus();
    return;
  }
  await busily([element("verify", HTMLButtonElement)], async () => {
    codeField.readOnly = true;
    try {
      const next = await verification.verify(codeField.value);
      if (next.kind === "code") {
        state = next;
        const left = next.attemptsLeft === 1 ? "1 attempt" : `${next.attemptsLeft} attempts`;
        refuse(`This code is not right. You have ${left} left.`);
      } else {
        enter(next);
      }
    } catch (error) {
      refuse(explain(error));
    } finally {
      codeField.readOnly = false;
    }
  });
}
function refuse(message) {
  say(codeMessage, codeField, message);
  codeField.focus();
  codeField.select();
}
function enter(next) {
  state = next;
  if (next.kind === "none") {
    show("start");
    say(emailMessage, emailField, "There is no code any more. Ask for another one.");
    return;
  }
  if (next.kind !== "verified") resendAt = next.resendAt;
  show(next.kind);
}
function show(view) {
  if (view === "start") state = { kind: "none" };
  document.body.dataset["view"] = view;
  for (const part of document.querySelectorAll("[data-in]")) {
    part.hidden = !(part.dataset["in"] ?? "").split(" ").includes(view);
  }
  title.textContent = titles[view];
  document.title = `${titles[view]} – Otp`;
  announcer.textContent = "";
  resendMessage.textContent = "";
  say(emailMessage, emailField, "");
  say(codeMessage, codeField, "");
  codeField.value = "";
  if (view === "code") {
    codeField.inputMode = settings.alphabet === "digits" ? "numeric" : "text";
    codeHint.textContent = `${describe(settings)}, checked when the last one is in.`;
  }
  tick();
  (view === "start" ? emailField : view === "code" ? codeField : title).focus();
}
function tick() {
  if (state.kind === "code") {
    const left = secondsUntil(state.expiresAt);
    if (left === 0 && !isBusy) {
      enter({ kind: "expired", resendAt });
      return;
    }
    expiry.textContent = asClock(left);
  }
  if (resend.hidden || isBusy) return;
  const wait = secondsUntil(resendAt);
  const label = wait === 0 ? "Send another code" : `Send another code in ${asClock(wait)}`;
  if (resendButton.textContent !== label) resendButton.textContent = label;
  if (wait === 0 && resendButton.disabled) {
    resendMessage.textContent = "";
    announce("You can ask for another code now.");
  }
  resendButton.disabled = wait > 0;
  resendButton.classList.toggle("primary", wait === 0 && state.kind !== "code");
}
async function busily(buttons, action) {
  if (isBusy) return;
  isBusy = true;
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  try {
    await action();
  } finally {
    isBusy = false;
    for (const button of buttons) button.removeAttribute("aria-disabled");
    tick();
  }
}
function explain(error) {
  if (!(error instanceof OtpError)) return "The service did not answer. Check that it runs, and try again.";
  if (error.status === 429 && error.retryAfter !== void 0) return `Too many requests. Try again in ${asClock(error.retryAfter)}.`;
  if (error.status === 409 || error.status === 404 || error.status === 422) return `${error.message}.`;
  return `The service could not do this now (${error.code}). Try again.`;
}
function say(message, field, text) {
  message.textContent = text;
  if (text === "") field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
}
function announce(text) {
  announcer.textContent = "";
  setTimeout(() => {
    announcer.textContent = text;
  }, 50);
}
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`);
  return found;
}
