using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Scopes;

/// <summary>The audit log by tokens of an administrator's application: by those alone that were granted AuditEvent as a whole.</summary>
public abstract class AuditScopeTests(FhirServer server)
{
    private static readonly (string Name, Func<Person, Task<Answer>> Ask)[] Ways =
    [
        ("search", who => who.Get("AuditEvent?_count=200")),
        ("search of a patient", who => who.Get("AuditEvent?patient=a")),
        ("search by form", who => who.Search("AuditEvent", "_count=200")),
        ("read", who => who.Get("AuditEvent/1")),
        ("accounting", who => who.Get("Patient/a/$accounting-of-disclosures")),
        ("accounting of the patient in context", who => who.Get("Patient/b/$accounting-of-disclosures")),
    ];

    [Theory]
    [InlineData("openid fhirUser", "")]
    [InlineData("user/Observation.rs", "")]
    [InlineData("user/Patient.rs", "")]
    [InlineData("user/AuditEvent.c", "")]
    [InlineData("user/AuditEvent.r", "read")]
    [InlineData("user/AuditEvent.s", "search,search by form,search of a patient")]
    [InlineData("user/AuditEvent.rs?action=R", "")]
    [InlineData("user/AuditEvent.rs?action=R user/Patient.rs", "")]
    [InlineData("user/AuditEvent.rs user/Patient.rs?_id=a", "read,search,search by form,search of a patient")]
    [InlineData("patient/AuditEvent.rs patient/Patient.rs", "")]
    [InlineData("patient/*.rs user/Observation.rs", "")]
    [InlineData(
        "user/AuditEvent.rs user/Patient.r",
        "accounting,accounting of the patient in context,read,search,search by form,search of a patient")]
    [InlineData(
        "user/*.rs", "accounting,accounting of the patient in context,read,search,search by form,search of a patient")]
    public async Task The_audit_is_shown_to_tokens_that_were_granted_it_as_a_whole(string scopes, string shown)
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        foreach (var id in new[] { "a", "b" }) (await admin.Put($"Patient/{id}", Sample.Patient("Canary", id))).Is(201);
        var who = await new ScopedTokens(clinic).OfUser(
            Role.Admin, scopes, scopes.Contains("patient/", StringComparison.Ordinal) ? "b" : null);

        var found = new List<string>();
        foreach (var (name, ask) in Ways)
        {
            var answer = await ask(who);
            Assert.True(answer.Status is 200 or 403 or 404, $"{name}: {answer.Text}");
            if (answer.Status != 403) found.Add(name);
            else Assert.DoesNotContain("urn:vagus", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(shown, string.Join(',', found.Order(StringComparer.Ordinal)));
    }
}

public sealed class AuditScopeOnSqlite(SqliteFhirServer server) : AuditScopeTests(server);

public sealed class AuditScopeOnPostgres(PostgresFhirServer server) : AuditScopeTests(server);
