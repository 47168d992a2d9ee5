using Vagus.Kernel;

namespace Vagus.Access.Audit;

/// <summary>
/// One access or change, allowed or refused: who, what, about whom, from where, and how it ended. It holds ids and codes; what a person
/// typed (a query, an e-mail) is in it sealed or hashed only.
/// </summary>
/// <param name="Action">What was done; see <see cref="AuditActions"/>.</param>
public sealed record AuditEntry(string Action)
{
    public UserId? User { get; init; }

    public Role? Role { get; init; }

    public SessionId? Session { get; init; }

    /// <summary>The application that acted for the user; null where that is our own.</summary>
    public string? Client { get; init; }

    /// <summary>
    /// The object: <c>Observation/1/_history/2</c>, a type for a search, <c>User/u1</c>, or an endpoint's route for a refusal at the door.
    /// </summary>
    public string? On { get; init; }

    /// <summary>What a search or a history showed, as <c>id/version</c>.</summary>
    public IReadOnlyList<string> Shown { get; init; } = [];

    /// <summary>All patients whom it concerns.</summary>
    public IReadOnlyList<PatientId> Patients { get; init; } = [];

    public AuditOutcome Outcome { get; init; }

    /// <summary>The code of the refusal.</summary>
    public string? Reason { get; init; }

    public string? Address { get; init; }

    /// <summary>The id of the request, which its client may have chosen.</summary>
    public string? Request { get; init; }

    /// <summary>A code of v3-ActReason.</summary>
    public string? Purpose { get; init; }

    /// <summary>The text of a search, sealed with the tenant's key: <see cref="AuditSeal"/>.</summary>
    public byte[]? SealedQuery { get; init; }

    /// <summary>What else there is to say, as codes and numbers: <c>since=17</c>, <c>role=nurse</c>.</summary>
    public string? Detail { get; init; }

    public static AuditEntry Of(string action, Caller caller, AuditOrigin origin) => Of(action, origin) with
    {
        User = caller.User,
        Role = caller.Role,
        Session = caller.Session,
        Purpose = caller.Purpose ?? origin.Purpose ?? PurposeOf(caller.Role),
    };

    /// <summary>Without a caller: the door did not let anybody in.</summary>
    public static AuditEntry Of(string action, AuditOrigin origin) =>
        new(action) { Client = origin.Client, Address = origin.Address, Request = origin.Request };

    private static string PurposeOf(Role role) => role switch
    {
        Kernel.Role.Patient => "PATRQT",
        Kernel.Role.Billing => "HPAYMT",
        Kernel.Role.Admin => "HSYSADMIN",
        Kernel.Role.FrontDesk or Kernel.Role.Driver or Kernel.Role.Service => "HOPERAT",
        _ => "TREAT",
    };
}

/// <summary>How it ended: the codes of R4 <c>AuditEvent.outcome</c>.</summary>
public enum AuditOutcome
{
    Success = 0,

    /// <summary>It was refused, or what was asked for is not there.</summary>
    MinorFailure = 4,

    /// <summary>It failed by a fault of ours.</summary>
    SeriousFailure = 8,

    MajorFailure = 12,
}
