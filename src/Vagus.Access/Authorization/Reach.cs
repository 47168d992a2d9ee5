using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// How far a caller's reading and writing reaches, as data. Whoever produces rows turns it into SQL predicates, on every path by which a
/// row can come out: match, include, chain, history, count. A row is within reach when all of its conditions hold; nothing is filtered
/// afterwards.
/// </summary>
public sealed record Reach
{
    public required TenantId Tenant { get; init; }

    public required ResourceTypes Reads { get; init; }

    public required ResourceTypes Writes { get; init; }

    /// <summary>
    /// Null: any patient. Otherwise a row must be in the compartment of one of these, or of a type in <see cref="Shared"/>. Empty: no
    /// compartment at all.
    /// </summary>
    public IReadOnlyList<PatientId>? Patients { get; init; }

    /// <summary>Types that need no compartment where <see cref="Patients"/> is set.</summary>
    public ResourceTypes Shared { get; init; } = ResourceTypes.None;

    /// <summary>
    /// True: a row must name the caller as one who takes part (<c>Task.owner</c> or <c>Task.requester</c>), by one of
    /// <see cref="TakesPartAs"/>.
    /// </summary>
    public bool MustTakePart { get; init; }

    /// <summary>
    /// References by which the caller is named: <c>Practitioner/123</c>. With <see cref="MustTakePart"/> and none of these, nothing is
    /// within reach.
    /// </summary>
    public IReadOnlyList<string> TakesPartAs { get; init; } = [];

    /// <summary>False: rows with a restricted label or a sensitivity code are out of reach.</summary>
    public required bool SeesSensitive { get; init; }

    /// <summary>True: rows that are not released to their patient are out of reach.</summary>
    public bool ReleasedOnly { get; init; }

    public bool MayRead(string type) => Reads.Contains(type);

    public bool MayWrite(string type) => Writes.Contains(type);

    /// <summary>True when rows of the type must be in one of <see cref="Patients"/>' compartments.</summary>
    public bool NeedsCompartment(string type) => Patients is not null && !Shared.Contains(type);

    public static Reach Of(Caller caller) => new()
    {
        Tenant = caller.Tenant,
        Reads = ResourceAccess.Readable(caller.Role),
        Writes = ResourceAccess.Writable(caller.Role),
        Patients = caller.Role == Role.Patient ? caller.OwnPatients : null,
        Shared = caller.Role == Role.Patient ? ResourceAccess.Shared : ResourceTypes.None,
        MustTakePart = caller.Role == Role.Driver,
        TakesPartAs = caller.Practitioner is { } practitioner ? [$"Practitioner/{practitioner}"] : [],
        SeesSensitive = caller.SeesSensitive,
        ReleasedOnly = caller.Role == Role.Patient,
    };
}
