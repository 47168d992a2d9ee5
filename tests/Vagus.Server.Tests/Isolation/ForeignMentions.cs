namespace Vagus.Server.Tests.Isolation;

/// <summary>Ids that stand in the query of an address or in a body.</summary>
internal static class ForeignMentions
{
    private const string Threads = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";

    /// <summary>Lists that are asked for what is of an id; of an own id something comes.</summary>
    public static IEnumerable<ForeignId> Queries()
    {
        yield return new("GET", "/api/appointments?patientId={id}", ["record"], 200);
        yield return new("GET", "/api/encounters?patientId={id}", ["record"], 200);
        yield return new("GET", "/api/biopsies?patientId={id}", ["record"], 200);
        yield return new("GET", "/api/biopsies?providerId={id}", ["doctor"], 200);
        yield return new("GET", "/api/claims?patientId={id}", ["record"], 200);
        yield return new("GET", "/api/payments?patientId={id}", ["record"], 200);
        yield return new("GET", "/api/prior-auths?patientId={id}", ["record"], 200);
        yield return new("GET", "/api/alerts?patientId={id}", ["record"], 200) { By = side => side.Clinician };
        yield return new("GET", "/api/admin/sessions?userId={id}", ["clinician"], 200);
        yield return new("GET", $"{Threads}/threads?patientId={{id}}", ["record"], 200);
        yield return new("GET", $"{Portal}/threads?patientId={{id}}", ["record"], 200)
        {
            By = side => side.Patient, OtherPerson = ids => new() { ["record"] = ids["neighbour"] },
        };
        yield return new("GET", $"{Portal}/scheduled?threadId={{id}}", ["thread"], 200)
        {
            By = side => side.Patient, OtherPerson = ids => new() { ["thread"] = ids["neighbour-thread"] },
        };
    }

    /// <summary>What is begun about somebody or with somebody.</summary>
    public static IEnumerable<ForeignId> Bodies()
    {
        const string about = """ "patientId":"<record>","providerId":"<doctor>" """;
        yield return new("POST", "/api/biopsies", ["record", "doctor"], 201) { Body = $"{{{about},\"site\":\"x\"}}" };
        yield return new("POST", "/api/prior-auths", ["record", "doctor"], 201)
        {
            Body = $"{{{about},\"service\":\"x\",\"payer\":\"x\"}}",
        };
        yield return new("POST", "/api/claims", ["record"], 201)
        {
            Body = """{"patientId":"<record>","payer":"x","lines":[{"code":"1","amount":10}]}""",
        };
        yield return new("POST", "/api/payments", ["record"], 201) { Body = """{"patientId":"<record>","amount":1,"method":"x"}""" };
        yield return new("POST", "/api/on-call", ["clinician"], 201)
        {
            Body = """{"duty":"provider","userId":"<clinician>","from":"2026-01-01T00:00:00Z","until":"2026-12-31T00:00:00Z"}""",
        };
        yield return new("POST", $"{Threads}/threads", ["clinician"], 201)
        {
            Body = """{"kind":"staff","participants":["<clinician>"],"subject":"x","content":"x"}""",
        };
        yield return new("POST", "/api/auth/launch-context", ["app", "record"], 201)
        {
            Body = """{"clientId":"<app>","patient":"<record>"}""",
        };
    }
}
