using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Messages as FHIR shows them, for the room that keeps them: each is a Communication, written through the door of all writes and within
/// the write of the message itself. What may be sent, and to whom, that room has decided.
/// </summary>
public sealed class MessageRecords
{
    private readonly FhirWrites writes;
    private readonly FhirOptions options;
    private readonly OwnBases own;
    private readonly TimeProvider clock;

    internal MessageRecords(FhirWrites writes, FhirOptions options, OwnBases own, TimeProvider clock) =>
        (this.writes, this.options, this.own, this.clock) = (writes, options, own, clock);

    /// <summary>Puts the Communications of one write in place. The write's work may run twice, and so may this.</summary>
    /// <param name="write">The write that has its turn.</param>
    /// <param name="by">Who acts.</param>
    /// <param name="origin">From where, as the audit records it.</param>
    /// <param name="records">All of the write.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<Refusal?> Put(
        WriteTransaction write, Caller by, AuditOrigin origin, IReadOnlyList<MessageRecord> records, CancellationToken cancel)
    {
        foreach (var record in records)
        {
            var call = FhirCall.AsServer(by, origin, options, own, clock, cancel) with
            {
                Bodies = new BodyBudget(0), MessageTo = record.To,
            };
            var prepared = ResourcePreparation.OfMessage(call, record.Id, record.Json, record.TakingPart);
            var put = await writes.TakeTurnOfMessages(
                call, write, transaction => record.IsNew ? transaction.Create(prepared) : transaction.Put(prepared, default));
            if (put.Refusal is { } refusal) return refusal;
        }

        return null;
    }

    /// <summary>Deletes the Communications of messages that are kept no longer; earlier versions stay, sealed.</summary>
    public async ValueTask<Refusal?> Remove(
        WriteTransaction write, Caller by, AuditOrigin origin, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var call = FhirCall.AsServer(by, origin, options, own, clock, cancel) with { Bodies = new BodyBudget(0), MessageTo = [] };
        foreach (var id in ids)
        {
            var gone = await writes.TakeTurnOfMessages(call, write, transaction => transaction.Delete(Type, id, ifMatch: null));
            if (gone.Refusal is { } refusal) return refusal;
        }

        return null;
    }

    /// <summary>
    /// Who takes part in a thread has changed: its Communications are found and read by those of now, all their versions. What they say,
    /// and when, stays.
    /// </summary>
    public static ValueTask SetReaders(
        WriteTransaction write, IReadOnlyList<string> ids, IReadOnlyList<string> takingPart, CancellationToken cancel) => write.Queue(
        UpdateReaders, [string.Join(' ', takingPart), write.Tenant.Value, JsonSerializer.Serialize(ids)], cancel);

    private static readonly Statement UpdateReaders = ListSql.With(list => $"""
        update fhir_resource
        set parties = @parties
        where type_number = (select number from fhir_name where tenant_id = @tenant_id and kind = 1 and name = 'Communication')
          and id in ({list("ids")})
        """);

    private const string Type = "Communication";
}

/// <summary>One message as a Communication.</summary>
/// <param name="Id">The message's id, a FHIR id.</param>
/// <param name="Json">The resource, without <c>meta</c>.</param>
/// <param name="TakingPart">The names of who takes part in its thread: they read it.</param>
/// <param name="To">The names of whom it goes to, for the audit; empty where it goes to nobody anew.</param>
/// <param name="IsNew">There is none of this id yet.</param>
public sealed record MessageRecord(
    string Id, byte[] Json, IReadOnlyList<string> TakingPart, IReadOnlyList<string> To, bool IsNew);
