using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;
using Vagus.Demo.Playing;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Tests;

/// <summary>A small tenant with one user in every role, and what the generator makes of it.</summary>
internal static class Samples
{
    public static readonly string[] Roles =
        ["admin", "service", "provider", "nurse", "medical_assistant", "front_desk", "billing", "lab", "radiology", "pharmacy", "patient"];

    public static readonly DateOnly Date = new(2026, 3, 2);

    public static TenantSignIns Tenant(string name = "harbor") =>
        new(name, "Harbor Clinic", [.. Roles.Select(role => new UserSignIn($"{role}@{name}.example", $"secret of {role}", role))]);

    public static Clinic Clinic(int seed = 7, int patients = 25, string tenant = "harbor") =>
        Synthetic.Clinic.Of(Tenant(tenant), seed, patients, Date, TimeSpan.FromHours(-5));

    /// <summary>Every resource that loading and playing the clinic would write.</summary>
    public static IReadOnlyList<JsonObject> AllResources(Clinic clinic) =>
        [.. History.Whole(clinic).SelectMany(transaction => transaction.Resources), .. Played(clinic)];

    public static IEnumerable<JsonObject> Played(Clinic clinic) => DayPlan.Of(clinic).SelectMany(step => step.Act switch
    {
        Write write => write.Resources,
        Call call => call.Otherwise,
        _ => [],
    });

    /// <summary>Every change of the day, also what a server without the workflow API gets in place of a call.</summary>
    public static IEnumerable<Change> Changes(Clinic clinic) => DayPlan.Of(clinic)
        .Select(step => step.Act switch
        {
            Change change => change,
            Call call => call.OtherwiseChange,
            _ => null,
        }).OfType<Change>();

    public static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject holder => holder.SelectMany(member => member.Key == "reference" && member.Value is JsonValue text
            ? [text.GetValue<string>()]
            : References(member.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
