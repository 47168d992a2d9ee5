using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// The states of an encounter in this door's words, and which may follow which. A signed encounter is a finished one that is not changed
/// any more.
/// </summary>
internal static class EncounterStatus
{
    public const string InProgress = "in_progress";
    public const string Finished = "finished";
    public const string Signed = "signed";

    public static readonly Transitions Moves = new(
        ("arrived", [Finished]), ("triaged", [Finished]), (InProgress, [Finished]), ("onleave", [Finished]),
        // Status of another system: completing it here is allowed.
        ("unknown", [Finished]), (Finished, [Signed]));

    private static readonly string[] Closed = ["cancelled", "entered_in_error", Signed];

    /// <summary>Of a resource.</summary>
    public static string? Of(JsonElement encounter) => encounter.Text("status")?.Replace('-', '_');

    /// <summary>Null for an encounter whose content may still be changed.</summary>
    public static Refusal? RefuseChange(string? status) => !Closed.Contains(status, StringComparer.Ordinal) ? null
        : new ClinicRefusal(RefusalKind.Conflict, "invalid_transition", $"An encounter that is '{status}' is not changed any more.")
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["from"] = status, ["allowed"] = Moves.From(status ?? ""),
            },
        };
}
