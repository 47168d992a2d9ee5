using System.Globalization;
using System.Text.Json.Nodes;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>
/// A record of the property test, by its facts. Which search finds it, and who sees it, is told from these alone: nothing of the server's
/// is asked.
/// </summary>
internal sealed record SearchedRecord(string Type, string Id)
{
    public const string System = "http://example.org/ids";
    public static readonly string[] Statuses = ["booked", "arrived", "cancelled"];

    public required string Status { get; init; }

    /// <summary>A day of November 2026.</summary>
    public required int Day { get; init; }

    public required string? Patient { get; init; }

    public required string? Doctor { get; init; }

    public required int Number { get; init; }

    public required bool IsLabelled { get; init; }

    public bool IsFinal => Type == "Observation" && Number % 2 == 0;

    public static SearchedRecord Draw(Random random)
    {
        var type = random.Next(3) == 0 ? "Observation" : "Appointment";
        return new SearchedRecord(type, $"{type[..2].ToLowerInvariant()}{random.Next(6)}")
        {
            Status = Statuses[random.Next(3)],
            Day = random.Next(24, 28),
            Patient = random.Next(5) == 0 ? null : $"p{random.Next(2)}",
            Doctor = random.Next(4) == 0 ? null : $"dr-{random.Next(3)}",
            Number = random.Next(1, 9),
            IsLabelled = random.Next(5) == 0,
        };
    }

    public string Json() => (Type == "Appointment" ? Appointment() : Observation()).ToJsonString();

    private JsonObject Appointment()
    {
        var participants = new JsonArray();
        if (Patient is not null) participants.Add(Participant($"Patient/{Patient}"));
        if (Doctor is not null) participants.Add(Participant($"Practitioner/{Doctor}"));
        if (participants.Count == 0) participants.Add(Participant("Location/l1"));
        var resource = Bare();
        resource["status"] = Status;
        resource["identifier"] = new JsonArray(Identifier());
        resource["appointmentType"] = new JsonObject { ["text"] = $"Visit Nº {Number} Ärztin" };
        resource["start"] = $"2026-11-{Day}T09:00:00Z";
        resource["end"] = $"2026-11-{Day}T09:30:00Z";
        resource["participant"] = participants;
        return resource;
    }

    private JsonObject Observation()
    {
        var resource = Bare();
        resource["status"] = IsFinal ? "final" : "preliminary";
        resource["identifier"] = new JsonArray(Identifier());
        var coding = new JsonObject { ["system"] = "http://loinc.org", ["code"] = Status };
        resource["code"] = new JsonObject { ["coding"] = new JsonArray(coding) };
        resource["effectiveDateTime"] = $"2026-11-{Day}";
        resource["valueQuantity"] = new JsonObject
        {
            ["value"] = Number, ["unit"] = "g", ["system"] = "http://unitsofmeasure.org", ["code"] = "g",
        };
        if (Patient is not null) resource["subject"] = new JsonObject { ["reference"] = $"Patient/{Patient}" };
        if (Doctor is not null) resource["performer"] = new JsonArray(new JsonObject { ["reference"] = $"Practitioner/{Doctor}" });
        return resource;
    }

    private JsonObject Bare()
    {
        var resource = new JsonObject { ["resourceType"] = Type, ["id"] = Id };
        if (!IsLabelled) return resource;
        var label = new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ["code"] = "R" };
        resource["meta"] = new JsonObject { ["security"] = new JsonArray(label) };
        return resource;
    }

    private JsonObject Identifier() => new() { ["system"] = System, ["value"] = Number.ToString(CultureInfo.InvariantCulture) };

    private static JsonObject Participant(string reference) =>
        new() { ["actor"] = new JsonObject { ["reference"] = reference }, ["status"] = "accepted" };
}
