using System.Data.Common;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Mail;

/// <summary>
/// Takes mails out of the queue, in every process. An attempt is claimed by moving its due time, so that one process makes it; a process
/// that dies after it has sent and before it has said so sends once more. A mail that is not taken is tried again, each time after twice
/// as long, until its link is no longer good.
/// </summary>
internal sealed partial class SendMail(
    Database database,
    GroupCommit commit,
    ComposeMail compose,
    IDeliverMail delivery,
    TimeProvider clock,
    ILogger<SendMail> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    // Longer than one attempt takes: another process must not begin the same one.
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Attempt = TimeSpan.FromMinutes(2);
    private const long Batch = 20;

    /// <summary>Sends what is due.</summary>
    public async Task Send(CancellationToken cancel)
    {
        while (true)
        {
            var due = await database.Query(Due, [clock.GetUtcNow().ToMicroseconds(), Batch], Map, cancel);
            foreach (var mail in due) await SendOne(mail, cancel);
            if (due.Count < Batch) return;
        }
    }

    internal static TimeSpan PauseAfter(long attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    private async Task SendOne(MailRow mail, CancellationToken cancel)
    {
        var claimed = (clock.GetUtcNow() + Claim).ToMicroseconds();
        if (await Write(mail.Tenant, Take, [claimed, mail.Id, mail.DueAt], cancel) == 0) return;

        if (mail.GiveUpAt <= clock.GetUtcNow() || !await TryDeliver(mail, cancel))
        {
            Log.GivenUp(logger, mail.Tenant.Value, mail.Id, mail.Kind, mail.Attempts);
            await Write(mail.Tenant, Delete, [mail.Id, claimed], cancel);
        }
    }

    /// <summary>False: it was refused for good.</summary>
    private async ValueTask<bool> TryDeliver(MailRow mail, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Attempt);
        try
        {
            if (!await delivery.Deliver(compose.Compose(mail), limit.Token)) return false;
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            var next = clock.GetUtcNow() + PauseAfter(mail.Attempts + 1);
            // The type alone: a server's answer may repeat the address.
            Log.NotTaken(logger, mail.Tenant.Value, mail.Id, mail.Kind, mail.Attempts + 1, cause.GetType().Name);
            await Write(mail.Tenant, Postpone, [next.ToMicroseconds(), mail.Id], cancel);
            return true;
        }

        Log.Sent(logger, mail.Tenant.Value, mail.Id, mail.Kind);
        await Write(mail.Tenant, Remove, [mail.Id], CancellationToken.None);
        return true;
    }

    private async ValueTask<int> Write(TenantId tenant, Statement statement, object?[] values, CancellationToken cancel)
    {
        var outcome = await commit.Write<int>(tenant, async (write, token) => await write.Execute(statement, values, token), cancel);
        return outcome.Refusal is { } refusal ? throw new InvalidOperationException($"The queue of mails: {refusal.Code}.") : outcome.Value;
    }

    private static MailRow Map(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Tenant = new TenantId(row.GetString(1)),
        Kind = row.GetString(2),
        Recipient = row.GetString(3),
        SealedToken = row.IsDBNull(4) ? null : (byte[])row.GetValue(4),
        GiveUpAt = Instant.FromMicroseconds(row.GetInt64(5)),
        DueAt = row.GetInt64(6),
        Attempts = row.GetInt64(7),
    };

    // Across tenants: the queue is the installation's.
    private static readonly Statement Due = new("""
        select mail_id, tenant_id, kind, recipient, sealed_token, give_up_at, due_at, attempts
        from access_mail
        where due_at <= @now
        order by due_at, mail_id
        limit @limit
        """);

    private static readonly Statement Take = new("""
        update access_mail
        set due_at = @claimed, attempts = attempts + 1
        where mail_id = @mail_id
          and due_at = @due_at
        """);

    private static readonly Statement Postpone = new("""
        update access_mail
        set due_at = @next
        where mail_id = @mail_id
        """);

    private static readonly Statement Remove = new("""
        delete from access_mail
        where mail_id = @mail_id
        """);

    private static readonly Statement Delete = new("""
        delete from access_mail
        where mail_id = @mail_id
          and due_at = @due_at
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: mail {Mail} ({Kind}) was sent")]
        public static partial void Sent(ILogger logger, string tenant, string mail, string kind);

        [LoggerMessage(2, LogLevel.Warning, "Tenant {Tenant}: mail {Mail} ({Kind}) was not taken at attempt {Attempt} ({Cause})")]
        public static partial void NotTaken(ILogger logger, string tenant, string mail, string kind, long attempt, string cause);

        [LoggerMessage(3, LogLevel.Warning, "Tenant {Tenant}: mail {Mail} ({Kind}) is given up after {Attempts} attempts")]
        public static partial void GivenUp(ILogger logger, string tenant, string mail, string kind, long attempts);
    }
}
