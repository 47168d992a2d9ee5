using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Fhir.Http;
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

    public static EntryResult Refused(Refusal refusal) =>
        new(RefusalAnswer.StatusOf(refusal.Kind)) { Body = FhirResponses.OutcomeOf(refusal), Failed = true };

    public static EntryResult Read(StoredResource stored) => new(StatusCodes.Status200OK) 
    {
        Stored = stored,
        Body = stored.Body,
        Notice = stored.Notice,
    };

    /// <summary>A create or an update, or a conditional create that found its resource. The entry does not hold the resource.</summary>
    public static EntryResult Written(FhirCall call, StoredResource stored) =>
        new(stored.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK)
        {
            Stored = stored,
            Location = call.LocationOf(stored),
        };

    /// <summary>A deletion, which answers alike where there was nothing to delete.</summary>
    public static EntryResult Deleted(StoredResource? stored) => new(StatusCodes.Status204NoContent) { Stored = stored };
}
