using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;

namespace Vagus.Clinic.Billing;

/// <summary>The states of a prior authorization, and which may follow which.</summary>
internal static class PriorAuthStatus
{
    public const string Requested = "requested";
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Denied = "denied";
    public const string Cancelled = "cancelled";

    public static readonly Transitions Moves = new(
        (Requested, [Pending, Approved, Denied]),
        (Pending, [Approved, Denied]),
        (Denied, [Pending, Approved]));

    /// <summary>What may be told of one.</summary>
    public static readonly IReadOnlyCollection<string> Answers = [Pending, Approved, Denied];

    /// <summary>By the records, of any writer.</summary>
    public static string Of(JsonElement claim, JsonElement? response)
    {
        if (claim.Text("status") is not "active") return claim.Text("status") is "draft" ? Requested : Cancelled;
        return response is not { } answer ? Pending : InsurerDecision.Of(answer) switch
        {
            InsurerDecision.Approved => Approved, InsurerDecision.Denied => Denied, _ => Pending,
        };
    }
}
