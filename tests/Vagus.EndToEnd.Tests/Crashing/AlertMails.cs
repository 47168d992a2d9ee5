using MimeKit;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>The mails about alerts: what the queue says of each, and what a real mail server has taken.</summary>
internal sealed class AlertMails(ServerData data, RealSmtp smtp)
{
    public int Taken => smtp.Taken.Count;

    /// <summary>Attempts of a process that was killed are left to the next one at once: no test waits until their leases end.</summary>
    public async Task EndLeases()
    {
        var ended = await data.Commit.Write<int>(
            new TenantId(Clinic.Tenant),
            async (write, cancel) => await write.Execute(LeaseEnds, [write.At.ToMicroseconds()], cancel), default);
        Assert.False(ended.IsRefused);
    }

    /// <summary>No mail waits and none is under way.</summary>
    public Task AllHaveEnded(Func<string> details) => Condition.Becomes(
        async () => (await Rows()).TrueForAll(row => row.Outcome.Length > 0), "each mail about an alert has ended", details);

    /// <summary>Mails that were neither sent nor called off, and mails that left without being queued. Empty: all is well.</summary>
    public async Task<List<string>> Contradictions()
    {
        var taken = smtp.Taken.ToLookup(IdOf, StringComparer.Ordinal);
        var rows = await Rows();
        List<string> found =
        [
            .. rows.Where(row => row.Outcome is not ("Sent" or "Cancelled")).Select(row => $"{row.Id} ended as {row.Outcome}"),
            .. rows.Where(row => row.Outcome == "Sent" && !taken.Contains(row.Id)).Select(row => $"{row.Id} is sent and was not taken"),
        ];
        var known = rows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        found.AddRange(taken.Where(each => !known.Contains(each.Key)).Select(each => $"{each.Key} was taken and is of no alert"));
        return found;
    }

    /// <summary>Mails that left twice: a process was killed between the answer and its commit.</summary>
    public int Repeated => smtp.Taken.GroupBy(IdOf, StringComparer.Ordinal).Count(each => each.Count() > 1);

    private ValueTask<List<(string Id, string Outcome)>> Rows() => data.Database.Query(
        Deliveries, [Clinic.Tenant], row => (row.GetString(0), row.IsDBNull(1) ? "" : row.GetString(1)), CancellationToken.None);

    private static string IdOf(MimeMessage mail) => mail.MessageId?.Split('@')[0] ?? "";

    private static readonly Statement LeaseEnds = new("""
        update access_delivery
        set due_at = @now
        where leased_until is not null
          and ended_at is null
        """);

    private static readonly Statement Deliveries = new("""
        select delivery_id, outcome
        from access_delivery
        where tenant_id = @tenant_id
          and channel = 'email'
          and kind = 'alert'
        order by delivery_id
        """);
}
