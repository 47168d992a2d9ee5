namespace Vagus.Server.Tests.Isolation;

/// <summary>The doors of FHIR subscriptions: what one tells is for its owner alone, also among colleagues.</summary>
internal static class SubscriptionIds
{
    private const string Nothing = """{"resourceType":"Parameters"}""";

    public static IEnumerable<ForeignId> Rows()
    {
        foreach (var (operation, name) in new[]
        {
            ("$status", "fhir-subscription"), ("$events", "fhir-subscription"), ("$get-ws-binding-token", "fhir-socket"),
        })
        {
            foreach (var verb in new[] { "GET", "HEAD", "POST" })
            {
                yield return new(verb, $"/fhir/Subscription/{{id}}/{operation}", [name], 200)
                {
                    Body = verb == "POST" ? Nothing : null,
                    OtherPerson = ids => new(StringComparer.Ordinal) { [name] = ids[$"colleague-{name}"] },
                };
            }
        }

        // The administrator lets any of the tenant's go on; this one is off.
        yield return new("POST", "/api/admin/subscriptions/{id}/replay", ["fhir-subscription"], 409) { Body = "{}" };
    }
}
