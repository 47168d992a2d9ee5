using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>Alerts and their steps in the database.</summary>
internal static class AlertStore
{
    private static readonly JsonSerializerOptions Short = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static ValueTask<Alert?> Find(IRunQueries queries, TenantId tenant, string id, CancellationToken cancel) =>
        queries.QueryOne(ById, [tenant.Value, id], Map, cancel);

    /// <summary>
    /// The open alert about a subject, or the last that was resolved. A record that was another patient's is another subject.
    /// </summary>
    public static ValueTask<Alert?> LastOf(
        IRunQueries queries, TenantId tenant, string subject, string? patient, CancellationToken cancel) =>
        queries.QueryOne(BySubject, [tenant.Value, subject, patient ?? ""], Map, cancel);

    /// <summary>The alert about the same subject and patient that was raised before this one; null where it is the first.</summary>
    public static ValueTask<Alert?> Before(IRunQueries queries, TenantId tenant, Alert alert, CancellationToken cancel) =>
        queries.QueryOne(BeforeOne, [tenant.Value, alert.Subject, alert.Content.PatientId ?? "", alert.Id], Map, cancel);

    /// <summary>
    /// The alert of a measurement, whatever record it stands in, as long as it is the last one about that record: where the record was
    /// corrected since, the last word is that the value does not hold.
    /// </summary>
    public static ValueTask<Alert?> OfSample(IRunQueries queries, TenantId tenant, string sample, CancellationToken cancel) =>
        queries.QueryOne(BySample, [tenant.Value, sample], Map, cancel);

    public static ValueTask<List<Alert>> Page(
        IRunQueries queries, TenantId tenant, AlertFilter filter, string? before, int limit, CancellationToken cancel) =>
        queries.Query(
            BeforeId,
            [tenant.Value, before ?? "", filter.State ?? "", filter.Owner ?? "", filter.Patient ?? "", (long)limit],
            Map, cancel);

    public static async ValueTask Insert(WriteTransaction write, Alert alert, IEnumerable<AlertStep> steps, CancellationToken cancel)
    {
        var added = Number(write, alert with { Steps = 0 }, steps);
        await write.Execute(InsertOne, [write.Tenant.Value, added.Id, .. Values(added)], cancel);
    }

    /// <summary>
    /// False when somebody else was faster. The number of steps is the version that is compared: a change without a step raises it too.
    /// </summary>
    public static async ValueTask<bool> Update(
        WriteTransaction write, Alert before, Alert after, IReadOnlyList<AlertStep> steps, CancellationToken cancel)
    {
        var changed = after with { Steps = before.Steps + Math.Max(steps.Count, 1) };
        if (await write.Execute(UpdateOne, [.. Values(changed), write.Tenant.Value, changed.Id, before.Steps], cancel) == 0) return false;
        Number(write, before, steps);
        return true;
    }

    /// <summary>
    /// Those whose time is over, of all tenants: of each the one that waits longest, then of each the next. Alerts that stay due since
    /// nothing is written of their tenant keep no other tenant's waiting.
    /// </summary>
    public static ValueTask<List<(TenantId Tenant, string Id)>> Due(
        IRunQueries queries, DateTimeOffset now, int limit, CancellationToken cancel) =>
        queries.Query(
            DueBy, [now.ToMicroseconds(), (long)limit], row => (new TenantId(row.GetString(0)), row.GetString(1)), cancel);

    public static async ValueTask<ILookup<string, AlertStep>> StepsOf(
        IRunQueries queries, TenantId tenant, IEnumerable<string> alerts, CancellationToken cancel)
    {
        var rows = await queries.Query(
            StepsOfMany, [JsonSerializer.Serialize(alerts), tenant.Value], row => (Alert: row.GetString(0), Step: MapStep(row)), cancel);
        return rows.ToLookup(row => row.Alert, row => row.Step, StringComparer.Ordinal);
    }

    private static Alert Number(WriteTransaction write, Alert alert, IEnumerable<AlertStep> steps)
    {
        var number = alert.Steps;
        foreach (var step in steps)
        {
            write.Insert(
                AlertTables.Steps, write.Tenant.Value, alert.Id, ++number, step.At.ToMicroseconds(), step.What, step.By, (long?)step.Level,
                step.To, step.Detail is null ? null : JsonSerializer.Serialize(step.Detail, Short));
        }

        return alert with { Steps = number };
    }

    private static object?[] Values(Alert alert) =>
    [
        alert.Type, alert.Subject, alert.Sample, alert.Said, alert.Source.ToJson(), alert.Content.ToJson(), alert.Open?.ToJson(),
        alert.Content.PatientId, alert.Provider, alert.Policy.ToJson(), alert.State, (long)alert.Level, alert.Owner?.UserId,
        alert.Owner?.Name, alert.Owner?.Role, alert.Owner is { IsHidden: true }, alert.RaisedAt.ToMicroseconds(),
        alert.DueAt?.ToMicroseconds(), alert.AcknowledgedBy, alert.AcknowledgedAt?.ToMicroseconds(), alert.ResolvedBy,
        alert.ResolvedAt?.ToMicroseconds(), alert.Action, alert.Steps,
    ];

    private static Alert Map(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Type = row.GetString(1),
        Subject = row.GetString(2),
        Sample = Text(row, 3),
        Said = row.GetString(4),
        Source = SourceFacts.Parse((byte[])row.GetValue(5)),
        Content = AlertContent.Parse((byte[])row.GetValue(6)),
        Open = row.IsDBNull(7) ? null : AlertContent.Parse((byte[])row.GetValue(7)),
        Provider = Text(row, 8),
        Policy = AlertPolicy.Kept(row.GetString(9)),
        State = row.GetString(10),
        Level = (int)row.GetInt64(11),
        Owner = row.IsDBNull(12) ? null : new AlertOwner(row.GetString(12), row.GetString(13), row.GetString(14), row.GetBoolean(15)),
        RaisedAt = Instant.FromMicroseconds(row.GetInt64(16)),
        DueAt = At(row, 17),
        AcknowledgedBy = Text(row, 18),
        AcknowledgedAt = At(row, 19),
        ResolvedBy = Text(row, 20),
        ResolvedAt = At(row, 21),
        Action = Text(row, 22),
        Steps = row.GetInt64(23),
    };

    private static AlertStep MapStep(DbDataReader row) => new(Instant.FromMicroseconds(row.GetInt64(1)), row.GetString(2))
    {
        By = Text(row, 3),
        Level = row.IsDBNull(4) ? null : (int)row.GetInt64(4),
        To = Text(row, 5),
        Detail = row.IsDBNull(6) ? null : JsonSerializer.Deserialize<StepDetail>(row.GetString(6), Short),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? At(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromMicroseconds(row.GetInt64(column));

    private const string Columns = """
        alert_id, alert_type, subject, sample, said, source, content, open_content, provider_id, policy, state, level, owner_id, owner_name,
          owner_role, hidden, raised_at, due_at, acknowledged_by, acknowledged_at, resolved_by, resolved_at, action, steps
        """;

    private static readonly Statement ById = new($"""
        select {Columns}
        from care_alert
        where tenant_id = @tenant_id
          and alert_id = @alert_id
        """);

    private static readonly Statement BySubject = new($"""
        select {Columns}
        from care_alert
        where tenant_id = @tenant_id
          and subject = @subject
          and coalesce(patient_id, '') = @patient_id
        order by case when state = 'resolved' then 1 else 0 end, alert_id desc
        limit 1
        """);

    private static readonly Statement BeforeOne = new($"""
        select {Columns}
        from care_alert
        where tenant_id = @tenant_id
          and subject = @subject
          and coalesce(patient_id, '') = @patient_id
          and alert_id < @alert_id
        order by alert_id desc
        limit 1
        """);

    private static readonly Statement BySample = new($"""
        select {Columns}
        from care_alert a
        where tenant_id = @tenant_id
          and sample = @sample
          and not exists (
            select 1
            from care_alert later
            where later.tenant_id = a.tenant_id
              and later.subject = a.subject
              and coalesce(later.patient_id, '') = coalesce(a.patient_id, '')
              and later.alert_id > a.alert_id)
        order by alert_id desc
        limit 1
        """);

    private static readonly Statement BeforeId = new($"""
        select {Columns}
        from care_alert
        where tenant_id = @tenant_id
          and (@before = '' or alert_id < @before)
          and (@state = '' or state = @state)
          and (@owner = '' or owner_id = @owner)
          and (@patient = '' or patient_id = @patient)
        order by alert_id desc
        limit @limit
        """);

    private static readonly Statement DueBy = new($"""
        select tenant_id, alert_id
        from (
          select tenant_id, alert_id, due_at, row_number() over (partition by tenant_id order by due_at, alert_id) as place
          from care_alert
          where due_at <= @now
            and {NotStopped.Sql}) as due
        order by place, due_at, tenant_id, alert_id
        limit @limit
        """);

    private static readonly Statement InsertOne = new("""
        insert into care_alert (
          tenant_id, alert_id, alert_type, subject, sample, said, source, content, open_content, patient_id, provider_id, policy, state,
          level, owner_id, owner_name, owner_role, hidden, raised_at, due_at, acknowledged_by, acknowledged_at, resolved_by, resolved_at,
          action, steps)
        values (
          @tenant_id, @alert_id, @alert_type, @subject, @sample, @said, @source, @content, @open_content, @patient_id, @provider_id,
          @policy, @state, @level, @owner_id, @owner_name, @owner_role, @hidden, @raised_at, @due_at, @acknowledged_by, @acknowledged_at,
          @resolved_by, @resolved_at, @action, @steps)
        """);

    private static readonly Statement UpdateOne = new("""
        update care_alert
        set alert_type = @alert_type, subject = @subject, sample = @sample, said = @said, source = @source, content = @content,
          open_content = @open_content, patient_id = @patient_id, provider_id = @provider_id, policy = @policy, state = @state,
          level = @level, owner_id = @owner_id, owner_name = @owner_name, owner_role = @owner_role, hidden = @hidden,
          raised_at = @raised_at, due_at = @due_at, acknowledged_by = @acknowledged_by, acknowledged_at = @acknowledged_at,
          resolved_by = @resolved_by, resolved_at = @resolved_at, action = @action, steps = @steps
        where tenant_id = @tenant_id
          and alert_id = @alert_id
          and steps = @steps_before
        """);

    private static readonly Statement StepsOfMany = new(
        """
        select s.alert_id, s.at, s.what, s.by_user, s.level, s.to_user, s.detail
        from json_each(@alerts) a
        join care_alert_step s on s.tenant_id = @tenant_id and s.alert_id = a.value
        order by s.alert_id, s.number
        """,
        """
        select s.alert_id, s.at, s.what, s.by_user, s.level, s.to_user, s.detail
        from json_array_elements_text(@alerts::json) a(value)
        join care_alert_step s on s.tenant_id = @tenant_id and s.alert_id = a.value
        order by s.alert_id, s.number
        """);
}

/// <summary>Which alerts a list is of; null: all.</summary>
internal sealed record AlertFilter(string? State, string? Owner, string? Patient);
