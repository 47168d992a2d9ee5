using System.Data.Common;
using Vagus.Care.Seeing;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// Records that repeat the measurement of an alert and raised none of their own. They are kept as long as they stand: the record that the
/// alert came from may be withdrawn, and the value is no less critical for it.
/// </summary>
internal static class RepeatedRecords
{
    public static readonly Migration[] Tables =
    [
        new(355, "records that repeat a measurement", """
            create table care_repeated_record (
              tenant_id text not null,
              subject text not null,
              patient_id text not null,
              sample text not null,
              said text not null,
              issued_at bigint,
              source bytea not null,
              content bytea not null,
              open_content bytea,
              provider_id text,
              primary key (tenant_id, subject, patient_id)
            );
            create index care_repeated_record_sample on care_repeated_record (tenant_id, sample);
            """),
    ];

    public static async ValueTask Keep(WriteTransaction write, AlertDraft draft, CancellationToken cancel) => await write.Execute(
        InsertOne,
        [
            write.Tenant.Value, draft.Mark.Subject, draft.Content.PatientId ?? "", draft.Mark.Sample, draft.Mark.Said,
            draft.Mark.IssuedAt?.ToMicroseconds(), draft.Source.ToJson(), draft.Content.ToJson(), draft.Open?.ToJson(), draft.Provider,
        ],
        cancel);

    public static async ValueTask Forget(WriteTransaction write, AlertDraft draft, CancellationToken cancel) =>
        await write.Execute(DeleteOne, [write.Tenant.Value, draft.Mark.Subject, draft.Content.PatientId ?? ""], cancel);

    /// <summary>One that stands, as the draft of its own alert; null: there is none.</summary>
    public static ValueTask<AlertDraft?> Find(WriteTransaction write, string type, string sample, CancellationToken cancel) =>
        write.QueryOne(BySample, [write.Tenant.Value, sample], row => Map(row, type, sample), cancel);

    private static AlertDraft Map(DbDataReader row, string type, string sample)
    {
        var source = SourceFacts.Parse((byte[])row.GetValue(3));
        var mark = new AlertMark(row.GetString(0), row.GetString(1))
        {
            Sample = sample,
            Resource = source.Resource,
            IssuedAt = row.IsDBNull(2) ? null : Instant.FromMicroseconds(row.GetInt64(2)),
        };
        return new AlertDraft(type, AlertContent.Parse((byte[])row.GetValue(4)), mark)
        {
            Source = source,
            Open = row.IsDBNull(5) ? null : AlertContent.Parse((byte[])row.GetValue(5)),
            Provider = row.IsDBNull(6) ? null : row.GetString(6),
        };
    }

    private static readonly Statement InsertOne = new("""
        insert into care_repeated_record (
          tenant_id, subject, patient_id, sample, said, issued_at, source, content, open_content, provider_id)
        values (@tenant_id, @subject, @patient_id, @sample, @said, @issued_at, @source, @content, @open_content, @provider_id)
        """);

    private static readonly Statement DeleteOne = new("""
        delete from care_repeated_record
        where tenant_id = @tenant_id
          and subject = @subject
          and patient_id = @patient_id
        """);

    private static readonly Statement BySample = new("""
        select subject, said, issued_at, source, content, open_content, provider_id
        from care_repeated_record
        where tenant_id = @tenant_id
          and sample = @sample
        order by subject
        limit 1
        """);
}
