namespace Vagus.Server.Tests.Isolation;

/// <summary>A route with ids: who asks, by which ids, and what the owner is answered.</summary>
internal sealed record ForeignId(string Verb, string Route, string[] Names, int Works)
{
    /// <summary>The administrator, unless it says otherwise.</summary>
    public Func<Side, Signed> By { get; init; } = side => side.Admin;

    public string? Body { get; init; }

    public string? IfMatch { get; init; }

    /// <summary>What the route's other parameters are.</summary>
    public IReadOnlyList<(string Parameter, string Value)> Fixed { get; init; } = [];

    /// <summary>Ids of another person of the same tenant; null: the administrator reaches all people of the tenant.</summary>
    public Func<IReadOnlyDictionary<string, string>, Dictionary<string, string>>? OtherPerson { get; init; }

    /// <summary>All ids foreign, and where there are two, the second alone.</summary>
    public IEnumerable<Dictionary<string, string>> Mixed(
        IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> foreign)
    {
        yield return Names.ToDictionary(name => name, name => foreign[name]);
        if (Names.Length > 1) yield return Names.ToDictionary(name => name, name => name == Names[0] ? own[name] : foreign[name]);
    }

    public string PathOf(IReadOnlyDictionary<string, string> ids)
    {
        var path = Fixed.Aggregate(
            Route, (rest, each) => rest.Replace($"{{{each.Parameter}}}", each.Value, StringComparison.Ordinal));
        foreach (var name in Names)
        {
            var from = path.IndexOf('{', StringComparison.Ordinal);
            // Named in the body only.
            if (from < 0) break;
            path = path[..from] + ids[name] + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..];
        }

        return path;
    }

    public string? BodyOf(IReadOnlyDictionary<string, string> ids) =>
        Names.Aggregate(Body, (rest, name) => rest?.Replace($"<{name}>", ids[name], StringComparison.Ordinal));
}

/// <summary>Every route that takes an id.</summary>
internal static class ForeignIds
{
    private const string Nothing = """{"resourceType":"Parameters"}""";

    private const string Observation =
        """{"resourceType":"Observation","id":"<observation>","status":"final","code":{"text":"c"},"subject":{"reference":"Patient/x"}}""";

    /// <summary>Routes whose parameters name no row of anybody.</summary>
    public static readonly Dictionary<string, string> WithoutId = new(StringComparer.Ordinal)
    {
        ["GET /{**path}"] = "files of the web apps",
        ["HEAD /{**path}"] = "files of the web apps",
        ["* /fhir/{**rest}"] = "what FHIR has no interaction for",
        ["GET /fhir/{type}"] = "a type",
        ["HEAD /fhir/{type}"] = "a type",
        ["GET /fhir/{type}/_history"] = "a type",
        ["HEAD /fhir/{type}/_history"] = "a type",
        ["POST /fhir/{type}"] = "a type",
        ["GET /fhir/{type}/$lastn"] = "a type",
        ["HEAD /fhir/{type}/$lastn"] = "a type",
        ["POST /fhir/{type}/$lastn"] = "a type",
        ["POST /fhir/{type}/$match"] = "a type",
        ["POST /fhir/{type}/$validate"] = "a type",
        ["PUT /fhir/{type}"] = "a type",
        ["PATCH /fhir/{type}"] = "a type",
        ["DELETE /fhir/{type}"] = "a type",
        ["POST /fhir/{type}/_search"] = "a type",
        ["POST /fhir/{of}/{ofId}/{type}/_search"] = "the same search as by GET, with a form for the query",
        ["GET /api/admin/settings/{name}"] = "a setting of the caller's own tenant",
        ["PUT /api/admin/settings/{name}"] = "a setting of the caller's own tenant",
        ["GET /api/audit/{index:long}"] = "a place in the caller's own log; the numbers of all logs begin at 0",
        ["GET /api/audit/{index:long}/proof"] = "a place in the caller's own log",
        ["POST /api/files/{store}"] = "the name of a store",
        ["GET /fhir/AuditEvent/{id}"] = "a place in the caller's own log",
        ["HEAD /fhir/AuditEvent/{id}"] = "a place in the caller's own log",
    };

    public static readonly IReadOnlyList<ForeignId> Rows =
        [.. Charts(), .. Fhir(), .. SubscriptionIds.Rows(), .. Exports(), .. Administration(), .. Proxies(), .. Emergencies(), .. Files(),
            .. Messages(), .. Alerts(), .. Workflow(), .. Biopsies(), .. Bills(), .. Own()];

    private static IEnumerable<ForeignId> Fhir()
    {
        foreach (var verb in new[] { "GET", "HEAD" })
        {
            foreach (var (route, more) in new[]
            {
                ("/fhir/{type}/{id}", Type), ("/fhir/{type}/{id}/_history", Type),
                ("/fhir/{type}/{id}/_history/{version}", [.. Type, ("version", "1")]),
            })
            {
                yield return new(verb, route, ["observation"], 200) { Fixed = more };
                yield return new(verb, route, ["observation"], 200) { Fixed = more, By = side => side.Patient, OtherPerson = Neighbours };
            }

            yield return new(verb, "/fhir/{of}/{ofId}/{type}", ["record"], 200) { Fixed = [("of", "Patient"), ("type", "Observation")] };
            yield return new(verb, "/fhir/{type}/{id}/$meta", ["observation"], 200) { Fixed = Type };
            yield return new(verb, "/fhir/{type}/{id}/$everything", ["record"], 200) { Fixed = [("type", "Patient")] };
            yield return new(verb, "/fhir/ValueSet/{id}/$expand", ["value-set"], 200);
            yield return new(verb, "/fhir/SearchParameter/{id}/$index-status", ["parameter"], 200);
            yield return new(verb, "/fhir/Patient/{id}/$accounting-of-disclosures", ["record"], 200);
        }

        yield return new("PUT", "/fhir/{type}/{id}", ["observation"], 200) { Fixed = Type, Body = Observation, IfMatch = "W/\"1\"" };
        yield return new("POST", "/fhir/{type}/{id}/$everything", ["record"], 200) { Fixed = [("type", "Patient")], Body = Nothing };
        yield return new("POST", "/fhir/ValueSet/{id}/$expand", ["value-set"], 200) { Body = Nothing };
        yield return new("POST", "/fhir/{type}/{id}/$validate", ["observation"], 200) { Fixed = Type, Body = Observation };
        foreach (var operation in new[] { "$meta-add", "$meta-delete" })
        {
            yield return new("POST", $"/fhir/{{type}}/{{id}}/{operation}", ["observation"], 200)
            {
                Fixed = Type,
                Body = """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:t","code":"t"}]}}]}""",
            };
        }

        yield return new("PATCH", "/fhir/{type}/{id}", ["observation"], 200)
        {
            Fixed = Type, Body = """[{"op":"replace","path":"/code/text","value":"d"}]""",
        };
        yield return new("DELETE", "/fhir/{type}/{id}", ["observation"], 204) { Fixed = Type };
    }

    private static IEnumerable<ForeignId> Exports()
    {
        const string status = "/fhir/$export-status/{export}";
        yield return new("GET", "/fhir/Group/{id}/$export", ["group"], 202);
        yield return new("POST", "/fhir/Group/{id}/$export", ["group"], 202) { Body = Nothing, By = side => side.Clinician };
        foreach (var (verb, route, works) in new[]
        {
            ("GET", status, 200), ("GET", status + "/{file}", 200), ("DELETE", status, 202),
        })
        {
            // An export is for the one who began it.
            yield return new(verb, route, ["export"], 404)
            {
                Fixed = [("file", "1")], By = side => side.Clinician,
                OtherPerson = ids => new(StringComparer.Ordinal) { ["export"] = ids["export"] },
            };
            yield return new(verb, route, ["export"], works) { Fixed = [("file", "1")] };
        }
    }

    private static IEnumerable<ForeignId> Charts()
    {
        const string chart = "/api/aggregate/patients/{patientId}";
        foreach (var part in new[] { "/", "/alerts", "/labs", "/imaging", "/medications", "/encounters" })
        {
            yield return new("GET", chart + part, ["record"], 200);
            yield return new("GET", chart + part, ["record"], 200)
            {
                By = side => side.Patient, OtherPerson = ids => new(StringComparer.Ordinal) { ["record"] = ids["neighbour"] },
            };
        }

        yield return new("GET", $"{chart}/audit", ["record"], 200);
        yield return new("POST", $"{chart}/labs/{{id}}/viewed", ["record", "report"], 204);
    }

    private static IEnumerable<ForeignId> Administration()
    {
        yield return new("GET", "/api/admin/users/{userId}", ["user"], 200);
        yield return new("GET", "/api/admin/users/{userId}/proxies", ["user"], 200);
        yield return new("PATCH", "/api/admin/users/{userId}", ["nurse"], 200) { Body = """{"role":"provider"}""" };
        yield return new("POST", "/api/admin/users/{userId}/invitation", ["nurse"], 201);
        yield return new("POST", "/api/admin/users/{id}/factor-reset", ["nurse"], 202);
        yield return new("DELETE", "/api/admin/users/{id}/factor-reset", ["nurse"], 204);
        yield return new("DELETE", "/api/admin/users/{userId}/sessions", ["nurse"], 204);
        yield return new("GET", "/api/admin/service-accounts/{userId}/secrets", ["service"], 200);
        yield return new("POST", "/api/admin/service-accounts/{userId}/secrets", ["service"], 201) { Body = "{}" };
        yield return new("DELETE", "/api/admin/service-accounts/{userId}/secrets/{secretId}", ["service", "secret"], 204);
    }

    private static IEnumerable<ForeignId> Proxies()
    {
        const string invitation = """{"email":"new@example.org","deliver":"code"}""";
        yield return new("POST", "/api/patients/{patientId}/portal-invitation", ["record"], 409) { Body = invitation };
        yield return new("GET", "/api/patients/{patientId}/proxies/", ["record"], 200);
        yield return new("POST", "/api/patients/{patientId}/proxies/{proxyId}/confirmation", ["record", "proxy"], 409);
        yield return new("DELETE", "/api/patients/{patientId}/proxies/{proxyId}", ["record", "proxy"], 204);
        yield return new("POST", "/api/patients/{patientId}/proxies/", ["record", "proxy"], 201)
        {
            Body = """{"userId":"<proxy>","relationship":"guardian"}""",
        };
    }

    private static IEnumerable<ForeignId> Emergencies()
    {
        const string review = """{"verdict":"justified","note":"as told"}""";
        yield return new("POST", "/api/patients/{patientId}/break-glass", ["record"], 201)
        {
            By = side => side.Clinician, Body = """{"reason":"found unconscious","purpose":"ETREAT"}""",
        };
        yield return new("DELETE", "/api/patients/{patientId}/break-glass", ["record"], 204) { By = side => side.Clinician };
        yield return new("POST", "/api/admin/break-glass/{id}/review", ["glass"], 204) { Body = review };
        yield return new("GET", "/api/admin/apps/{clientId}", ["app"], 200);
        yield return new("PATCH", "/api/admin/apps/{clientId}", ["app"], 200) { Body = """{"disabled":false}""" };
        // Not connected: that one who is connected ends it stands in the tests of applications.
        yield return new("DELETE", "/api/patient-portal/apps/{clientId}", ["app"], 404) { By = side => side.Patient };
    }

    private static IEnumerable<ForeignId> Files()
    {
        foreach (var (verb, route, works) in new[]
        {
            ("GET", "/api/files/{id}", 200), ("GET", "/api/files/{id}/url", 200),
            // Without a signature.
            ("GET", "/api/files/{id}/content", 404),
        })
        {
            yield return new(verb, route, ["file"], works);
            yield return new(verb, route, ["file"], works)
            {
                By = side => side.Patient,
                OtherPerson = ids => new(StringComparer.Ordinal) { ["file"] = ids["neighbour-file"] },
            };
        }
    }

    private static IEnumerable<ForeignId> Messages()
    {
        const string text = """{"content":"x"}""";
        const string staff = "/api/patient-messages";
        const string portal = "/api/patient-portal/messages";
        yield return new("GET", $"{staff}/threads/{{id}}", ["thread"], 200);
        yield return new("GET", $"{staff}/threads/{{id}}/export", ["thread"], 200);
        yield return new("GET", $"{staff}/threads/{{id}}/assignments", ["thread"], 200);
        yield return new("PUT", $"{staff}/threads/{{id}}", ["thread"], 200) { Body = """{"priority":"high"}""" };
        yield return new("POST", $"{staff}/threads/{{id}}/messages", ["thread"], 201) { Body = text };
        yield return new("POST", $"{staff}/threads/{{id}}/close", ["thread"], 200);
        yield return new("POST", $"{staff}/threads/{{id}}/reopen", ["thread"], 200);
        yield return new("POST", $"{staff}/threads/{{id}}/mark-read", ["thread"], 200);
        yield return new("GET", $"{staff}/attachments/{{id}}", ["attachment"], 200);
        yield return new("GET", $"{staff}/threads/{{id}}/holds", ["thread"], 200);
        yield return new("POST", $"{staff}/threads/{{id}}/holds", ["thread"], 201) { Body = """{"matter":"x"}""" };
        yield return new("DELETE", $"{staff}/threads/{{id}}/holds/{{holdId}}", ["thread", "legal-hold"], 204);
        foreach (var draft in new[] { "draft", "note-draft" })
        {
            yield return new("PUT", $"{staff}/threads/{{id}}/{draft}", ["thread"], 200) { Body = text };
            yield return new("GET", $"{staff}/threads/{{id}}/{draft}", ["thread"], 200);
            yield return new("DELETE", $"{staff}/threads/{{id}}/{draft}", ["thread"], 204);
        }

        foreach (var verb in new[] { "PUT", "DELETE" })
            yield return new(verb, $"{staff}/threads/{{id}}/participants/{{userId}}", ["staff-thread", "clinician"], 204);
        yield return new("PUT", $"{staff}/threads/{{id}}/follow", ["thread"], 204);
        yield return new("DELETE", $"{staff}/threads/{{id}}/follow", ["thread"], 204);
        // What waits is its author's; the patient below has some.
        yield return new("DELETE", $"{staff}/scheduled/{{id}}", ["held"], 404);
        yield return new("POST", $"{staff}/scheduled/{{id}}/release", ["held"], 404);
        foreach (var row in Canned()) yield return row;
        foreach (var row in new[]
        {
            new ForeignId("PUT", $"{portal}/threads/{{id}}/draft", ["thread"], 200) { Body = text },
            new ForeignId("GET", $"{portal}/threads/{{id}}/draft", ["thread"], 200),
            new ForeignId("DELETE", $"{portal}/threads/{{id}}/draft", ["thread"], 204),
            new ForeignId("DELETE", $"{portal}/scheduled/{{id}}", ["held"], 200),
            new ForeignId("POST", $"{portal}/scheduled/{{id}}/release", ["other-held"], 201),
            new ForeignId("GET", $"{portal}/threads/{{id}}", ["thread"], 200),
            new ForeignId("GET", $"{portal}/threads/{{id}}/export", ["thread"], 200),
            new ForeignId("POST", $"{portal}/threads/{{id}}/messages", ["thread"], 201) { Body = text },
            new ForeignId("POST", $"{portal}/threads/{{id}}/mark-read", ["thread"], 200),
            new ForeignId("GET", $"{portal}/attachments/{{id}}", ["attachment"], 200),
            new ForeignId("GET", "/fhir/Communication/{id}/$decrypt", ["message"], 200),
            new ForeignId("HEAD", "/fhir/Communication/{id}/$decrypt", ["message"], 200),
            new ForeignId("POST", "/api/messages/{id}/retraction", ["taken-back"], 200) { Body = """{"reason":"x"}""" },
        })
        {
            yield return row with
            {
                By = side => side.Patient,
                OtherPerson = ids => row.Names.ToDictionary(name => name, name => ids[$"neighbour-{name}"], StringComparer.Ordinal),
            };
        }
    }

    private static IEnumerable<ForeignId> Canned()
    {
        const string path = "/api/canned-responses/{id}";
        foreach (var row in new[]
        {
            new ForeignId("GET", path, ["canned"], 200),
            new ForeignId("PUT", path, ["canned"], 200) { Body = """{"title":"t","content":"c"}""" },
            new ForeignId("DELETE", path, ["canned"], 204),
        })
        {
            yield return row with { OtherPerson = ids => new(StringComparer.Ordinal) { ["canned"] = ids["other-canned"] } };
        }
    }

    /// <summary>In the order in which the last of the tests does them.</summary>
    private static IEnumerable<ForeignId> Alerts()
    {
        Func<Side, Signed> by = side => side.Clinician;
        yield return new("POST", "/api/alerts/{id}/calls", ["alert"], 200) { By = by, Body = """{"called":"a colleague","reached":false}""" };
        yield return new("POST", "/api/alerts/{id}/acknowledge", ["alert"], 200) { By = by };
        yield return new("POST", "/api/alerts/{id}/delegate", ["alert", "clinician"], 200) { By = by, Body = """{"to":"<clinician>"}""" };
        yield return new("POST", "/api/alerts/{id}/resolve", ["alert"], 200) { By = by, Body = """{"action":"treated"}""" };
        yield return new("POST", "/api/notifications/{id}/read", ["notification"], 204) { By = by };
        yield return new("POST", "/api/notifications/{id}/review", ["notification"], 204) { By = by };
        yield return new("DELETE", "/api/on-call/{id}", ["turn"], 204);
    }

    /// <summary>In the order in which a visit goes.</summary>
    private static IEnumerable<ForeignId> Workflow()
    {
        const string patients = "/api/patients/{id}";
        const string appointments = "/api/appointments/{id}";
        const string encounters = "/api/encounters/{id}";
        foreach (var (route, name, other) in new[]
        {
            (patients, "record", "neighbour"), (appointments, "appointment", "neighbour-appointment"),
            (encounters, "encounter", "neighbour-encounter"),
        })
        {
            yield return new("GET", route, [name], 200);
            yield return new("GET", route, [name], 200)
            {
                By = side => side.Patient, OtherPerson = ids => new(StringComparer.Ordinal) { [name] = ids[other] },
            };
        }

        yield return new("PUT", patients, ["record"], 200) { Body = """{"phone":"1"}""" };
        yield return new("POST", $"{patients}/insurance-verification", ["record"], 201)
        {
            Body = """{"payer":"x","memberId":"1","verified":true}""",
        };
        yield return new("POST", $"{appointments}/reschedule", ["appointment"], 200) { Body = """{"start":"2026-05-05T09:00:00Z"}""" };
        yield return new("POST", $"{appointments}/status", ["appointment"], 200) { Body = """{"status":"arrived"}""" };
        yield return new("PUT", encounters, ["encounter"], 200) { Body = """{"note":"x"}""" };
        yield return new("POST", $"{encounters}/vitals", ["encounter"], 201) { Body = """{"heartRate":70}""" };
        yield return new("POST", $"{encounters}/complete", ["encounter"], 200);
        // Its sign-in is linked to no Practitioner.
        yield return new("POST", $"{encounters}/sign", ["encounter"], 422) { By = side => side.Clinician };
        yield return new("POST", $"{encounters}/addenda", ["encounter"], 422) { Body = """{"text":"x"}""", By = side => side.Clinician };
    }

    private static IEnumerable<ForeignId> Biopsies()
    {
        const string biopsy = "/api/biopsies/{id}";
        yield return new("GET", biopsy, ["biopsy"], 200);
        yield return new("PUT", biopsy, ["biopsy"], 200) { Body = """{"site":"x"}""" };
        yield return new("POST", $"{biopsy}/result", ["biopsy"], 200) { Body = """{"diagnosis":"x"}""" };
        // Its sign-in is linked to no Practitioner.
        yield return new("POST", $"{biopsy}/review", ["biopsy"], 422) { Body = """{"decision":"x"}""", By = side => side.Clinician };
    }

    private static IEnumerable<ForeignId> Bills()
    {
        const string claim = "/api/claims/{id}";
        yield return new("GET", claim, ["claim"], 200);
        yield return new("GET", "/api/payments/{id}", ["payment"], 200);
        yield return new("GET", "/api/prior-auths/{id}", ["prior-auth"], 200);
        yield return new("PUT", claim, ["claim"], 200) { Body = """{"payer":"x"}""" };
        yield return new("POST", $"{claim}/submit", ["claim"], 200);
        yield return new("POST", $"{claim}/status", ["claim"], 200) { Body = """{"status":"accepted"}""" };
        yield return new("POST", "/api/prior-auths/{id}/status", ["prior-auth"], 200) { Body = """{"status":"pending"}""" };
    }

    private static IEnumerable<ForeignId> Own()
    {
        yield return new("DELETE", "/api/push/subscriptions/{id}", ["subscription"], 204)
        {
            By = side => side.Patient,
            OtherPerson = ids => new(StringComparer.Ordinal) { ["subscription"] = ids["neighbour-subscription"] },
        };
        foreach (var (door, prefix) in new[] { ("/api/auth", "admin-"), ("/api/patient-portal/auth", "") })
        {
            Func<Side, Signed> by = prefix.Length > 0 ? side => side.Admin : side => side.Patient;
            Func<IReadOnlyDictionary<string, string>, Dictionary<string, string>> other = ids => new(StringComparer.Ordinal)
            {
                [$"{prefix}factor"] = ids[prefix.Length > 0 ? "factor" : "admin-factor"],
                [$"{prefix}session"] = ids[prefix.Length > 0 ? "session" : "admin-session"],
            };
            yield return new("POST", $"{door}/factors/totp/{{id}}/confirmation", [$"{prefix}factor"], 401)
            {
                By = by, OtherPerson = other, Body = """{"code":"000000"}""",
            };
            yield return new("DELETE", $"{door}/factors/{{id}}", [$"{prefix}factor"], 204) { By = by, OtherPerson = other };
            yield return new("DELETE", $"{door}/sessions/{{id}}", [$"{prefix}session"], 204) { By = by, OtherPerson = other };
        }

        yield return new("DELETE", "/api/admin/sessions/{id}", ["admin-session"], 401);
    }

    private static (string Parameter, string Value)[] Type => [("type", "Observation")];

    private static Dictionary<string, string> Neighbours(IReadOnlyDictionary<string, string> ids) =>
        new(StringComparer.Ordinal) { ["observation"] = ids["observation"].Replace("-record-", "-neighbour-", StringComparison.Ordinal) };
}
