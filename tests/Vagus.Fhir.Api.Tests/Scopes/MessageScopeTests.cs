using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Scopes;

/// <summary>POST Communication by tokens with scopes: a message that is refused was not sent, and one that was sent is answered.</summary>
public abstract class MessageScopeTests(FhirServer server)
{
    [Theory]
    [InlineData("patient/Communication.crs patient/Patient.r", "Patient/a", 201)]
    [InlineData("patient/*.cruds", "Patient/a", 201)]
    [InlineData("patient/Communication.crs user/Patient.r", "Patient/b", 403)]
    [InlineData("patient/Communication.crs", "Practitioner/doc", 403)]
    [InlineData("patient/Communication.crs", "nurse", 403)]
    [InlineData("patient/Communication.c patient/Patient.r", "Patient/a", 403)]
    [InlineData("user/Communication.crs", "Practitioner/doc", 201)]
    [InlineData("user/Communication.crs user/Patient.r", "Patient/b", 201)]
    [InlineData("user/Communication.cr", "Practitioner/doc", 201)]
    [InlineData("user/Communication.c", "Practitioner/doc", 403)]
    [InlineData("user/Communication.c user/Observation.rs", "Practitioner/doc", 403)]
    [InlineData("user/Communication.c patient/Communication.r", "Practitioner/doc", 403)]
    [InlineData("patient/Communication.c user/Communication.r", "Practitioner/doc", 403)]
    [InlineData("user/Communication.crs?status=completed", "Practitioner/doc", 403)]
    [InlineData("user/Communication.crs?category=alert user/Patient.r", "Patient/a", 403)]
    [InlineData("user/Communication.rs", "Practitioner/doc", 403)]
    public async Task A_message_is_sent_within_the_scopes_that_let_it_be_read_too(string scopes, string recipient, int status)
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        foreach (var id in new[] { "a", "b" })
        {
            (await admin.Put($"Patient/{id}", Sample.Patient("Somebody", id))).Is(201);
            await clinic.Patient(id);
        }

        await clinic.Has(Role.Provider, practitioner: "doc");
        await clinic.Has(Role.Nurse);
        var app = await new ScopedTokens(clinic).OfUser(
            Role.MedicalAssistant, scopes, scopes.Contains("patient/", StringComparison.Ordinal) ? "a" : null);

        var to = recipient.Contains('/', StringComparison.Ordinal)
            ? $$"""{"reference":"{{recipient}}"}""" : $$$"""{"identifier":{"value":"{{{recipient}}}"}}""";

        var answer = await app.Create($$"""
            {"resourceType":"Communication","status":"completed","payload":[{"contentString":"Please look"}],"recipient":[{{to}}]}
            """);

        Assert.True(answer.Status == status, answer.Text);
        Assert.Equal(status == 201 ? 1 : 0, (await clinic.Log()).Count(happened => happened.Type == "message.sent"));
    }
}

public sealed class MessageScopeOnSqlite(SqliteFhirServer server) : MessageScopeTests(server);

public sealed class MessageScopeOnPostgres(PostgresFhirServer server) : MessageScopeTests(server);
