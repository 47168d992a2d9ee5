using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>What became of one entry.</summary>
internal sealed record EntryResult(int Status)
{
    public StoredResource? Stored { get; init; }

    /// <summary>A resource or Bundle to put into the entry: a read, a search, or an OperationOutcome.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? Location { get; init; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; init; }

    /// <summary>True when <see cref="Body"/> is an OperationOutcome that belongs into the response.</summary>
    public bool Failed { get; init; }

    /// <summary>True where the client prefers an OperationOutcome to what it wrote.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Of a write, what its author is told; it is known when the write has committed.</summary>
    public WriteWarnings? Warnings { get; init; }

    /// <summary>Of a write, what the client prefers to get back.</summary>
    public EntryResult Returning(Return? preferred) => (preferred, Location, Stored) switch
    {
        (Return.Representation, not null, { Body: { } body }) => this with { Body = body },
        (Return.Outcome, not null, _) => this with { IsConfirmed = true },
        _ => this,
    };

    public static EntryResult Refused(Refusal refusal) =>
        new(RefusalAnswer.StatusOf(refusal.Kind)) { Body = FhirResponses.OutcomeOf(refusal), Failed = true };

    /// <summary>A read, or the part of it that is asked for; of what the client has already, nothing but the version.</summary>
    public static EntryResult Read(StoredResource stored, ResourceSubset? subset) =>
        new(stored.Unread ? StatusCodes.Status304NotModified : StatusCodes.Status200OK)
    {
        Stored = stored,
        Body = subset is null || stored.Unread ? stored.Body : subset.Of(stored.Body),
        Notice = stored.Notice,
    };

    /// <summary>A create or an update, or a conditional create that found its resource. The entry does not hold the resource.</summary>
    public static EntryResult Written(FhirCall call, StoredResource stored) =>
        new(stored.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK)
        {
            Stored = stored,
            Location = call.LocationOf(stored),
            Warnings = call.Warnings,
        };

    /// <summary>A deletion, which answers alike where there was nothing to delete.</summary>
    public static EntryResult Deleted(StoredResource? stored) => new(StatusCodes.Status204NoContent) { Stored = stored };
}
