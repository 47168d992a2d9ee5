using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>
/// The fields of an answer that come from records beside the one that a version guards, and were written after a moment; as far as the
/// caller reads them.
/// </summary>
internal delegate ValueTask<Result<IReadOnlyList<string>>> PartsSince(RecordCall call, FhirRecord record, DateTimeOffset since);

/// <summary>
/// One change of a record that is there: the version that the client has seen is compared within the turn, and a second writer is told what
/// was changed since.
/// </summary>
internal static class ChangeRecord
{
    private static readonly Refusal Stale = new(
        RefusalKind.Conflict, "stale_version", "The record was changed by somebody else meanwhile.");

    /// <param name="call">Whose change it is.</param>
    /// <param name="type">The type of the record.</param>
    /// <param name="id">The id in the address.</param>
    /// <param name="version">What the client has seen; null: it changes whichever version is current.</param>
    /// <param name="change">Decides and writes, from the current version. It may run twice.</param>
    /// <param name="viewOf">The record as this door answers it: of it the changed fields are told.</param>
    /// <param name="parts">Which fields of other records are told beside them; null: none.</param>
    public static async ValueTask<Result<T>> Run<T>(
        RecordCall call, string type, string id, long? version,
        Func<RecordTurn, FhirRecord, ValueTask<Result<T>>> change, Func<FhirRecord, object> viewOf, PartsSince? parts = null)
    {
        var result = await call.Write<T>(async turn =>
        {
            var current = await turn.Current(type, id);
            if (current.Refusal is { } refusal) return refusal;
            return version is { } seen && seen != current.Value.Version ? Stale : await change(turn, current.Value);
        });
        return result.Refusal == Stale && version is { } known ? await WhatChanged(call, type, id, known, viewOf, parts) : result;
    }

    private static async ValueTask<Refusal> WhatChanged(
        RecordCall call, string type, string id, long version, Func<FhirRecord, object> viewOf, PartsSince? parts)
    {
        var current = await call.Read(type, id);
        if (current.Refusal is { } gone) return gone;
        var now = ViewOf(current.Value);
        var seen = version < current.Value.Version ? await call.ReadVersion(type, id, version) : Stale;
        var changed = seen.IsRefused ? null : Differences(ViewOf(seen.Value), now);
        if (changed is not null && parts is not null)
        {
            var beside = await parts(call, current.Value, seen.Value.UpdatedAt);
            if (beside.Refusal is { Kind: RefusalKind.Unavailable } unread) return unread;
            // What the caller may not read, or is no longer there, is left out: it is a conflict all the same.
            if (!beside.IsRefused) changed = [.. changed, .. beside.Value];
        }

        return new ClinicRefusal(Stale.Kind, Stale.Code, Stale.Message)
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal) { ["changed"] = changed, ["current"] = now },
        };

        JsonObject ViewOf(FhirRecord record) =>
            JsonSerializer.SerializeToNode(viewOf(record), Answers.Form)?.AsObject() ?? [];
    }

    private static string[] Differences(JsonObject before, JsonObject now) =>
    [
        .. before.Concat(now).Select(field => field.Key).Distinct(StringComparer.Ordinal)
            .Where(name => name is not ("version" or "updatedAt") && !JsonNode.DeepEquals(before[name], now[name])),
    ];
}
