using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>
/// One thing that a chart says because of one version of one record, or of one event. <paramref name="Key"/> is the id of the record or of
/// what the event names; <paramref name="Sort"/> is its clinical time in microseconds.
/// </summary>
internal sealed record Fact(FactKind Kind, string Key, long Sort, byte[] Body)
{
    /// <summary>What it belongs to: <c>Encounter/1</c>, <c>ServiceRequest/2</c>.</summary>
    public string? Link { get; init; }

    /// <summary>It is in the chart itself, and not only in a list.</summary>
    public bool IsLive { get; init; }

    /// <summary>Of a result, the status by which it is available.</summary>
    public string? State { get; init; }

    public static Fact Of<T>(FactKind kind, string key, long sort, T body, JsonTypeInfo<T> form) =>
        new(kind, key, sort, JsonSerializer.SerializeToUtf8Bytes(body, form));
}

/// <summary>Where a fact comes from, which decides who may see it.</summary>
/// <param name="Type">The type of the record.</param>
/// <param name="Number">The record's <c>rid</c>, or the position of the event where no record of this server is behind it.</param>
/// <param name="IsKept">There is a record of this server behind it, whose labels of now count.</param>
internal readonly record struct FactOrigin(string Type, long Number, bool IsKept)
{
    public long Version { get; init; }

    public Sensitivity Labels { get; init; }

    public bool Released { get; init; }
}
