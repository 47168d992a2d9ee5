using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;
using Vagus.Identity.People;
using Vagus.Identity.Queue;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Delivering;

/// <summary>
/// Takes one delivery out of the queue for an attempt, or decides that there will be none: what it tells of is over, the person does not
/// want it, or not yet. All of it is one write, so what was cancelled or read before it is not sent.
/// </summary>
internal sealed class TakeDelivery(
    Database database, GroupCommit commit, EndDelivery end, IEnumerable<INoticeSource> sources, IEnumerable<IChannel> channels,
    ReadDependants dependants, PreferenceStore store, PushSubscriptions subscriptions, NoticeOptions options, TimeProvider clock)
{
    // Longer than one attempt takes: another process must not begin the same one.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Null: nothing is to be sent now.</summary>
    public async ValueTask<TakenDelivery?> Run(Delivery read, CancellationToken cancel)
    {
        // Before the write, which waits for nothing: how far a proxy reaches depends on the patient's age, which stands in the record.
        var person = read.User is { } user ? await PersonOf(read.Tenant, user, cancel) : null;
        var taken = await commit.Write<TakenDelivery?>(read.Tenant, (write, stop) => Take(write, read, person, stop), cancel);
        return taken.Refusal is { } refusal
            ? throw new InvalidOperationException($"The queue of deliveries: {refusal.Code}.") : taken.Value;
    }

    private async ValueTask<Result<TakenDelivery?>> Take(WriteTransaction write, Delivery read, Caller? person, CancellationToken cancel)
    {
        if (await DeliveryQueue.Find(write, read, cancel) is not { } row) return default(TakenDelivery);
        if (channels.FirstOrDefault(each => each.Serves(row.Channel)) is not { } channel)
            return await Drop(write, row, NoticeOutcome.Dropped, cancel);
        // Its attempt was under way when it was cancelled, and its process has ended since: whether it was sent is not known.
        if (row.CancelledAt is not null) return await Drop(write, row, NoticeOutcome.Cancelled, cancel);
        if (row.GiveUpAt <= write.At) return await Drop(write, row, NoticeOutcome.GivenUp, cancel);
        if (row.Notice is not { } kind) return await Claim(write, row, channel, await AboutAccount(write, row, cancel), cancel);

        if (person is null || await WaitsSince(write, row, kind, person, cancel) is not { } since)
            return await Drop(write, row, NoticeOutcome.Dropped, cancel);
        var chosen = await store.Of(write, write.Tenant, person.User, cancel);
        if (!row.IsUrgent)
        {
            if (!chosen.Preferences.Wants(kind, row.Channel)) return await Drop(write, row, NoticeOutcome.Dropped, cancel);
            if (since + options.Delay > write.At) return await Postpone(write, row, since + options.Delay, row.Planned, cancel);
            if (NoticeTiming.Later(chosen.Preferences, row.Channel, write.At, row.Planned) is { } later)
                return await Postpone(write, row, later, planned: row.Planned || chosen.Preferences.Digest, cancel);
        }

        return await AddressOf(write, row, person, chosen, cancel) is { } addressed
            ? await Claim(write, row, channel, addressed, cancel) : await Drop(write, row, NoticeOutcome.Dropped, cancel);
    }

    /// <summary>In the language that the account's person has chosen.</summary>
    private static async ValueTask<TakenDelivery> AboutAccount(WriteTransaction write, Delivery row, CancellationToken cancel) =>
        new(row, row.Recipient)
        {
            Language = await PreferenceStore.LanguageOf(write, write.Tenant, UserRow.KeyOf(row.Recipient), cancel) ?? row.Language
                ?? NoticePreferences.DefaultLanguage,
        };

    private ValueTask<DateTimeOffset?> WaitsSince(
        WriteTransaction write, Delivery row, NoticeKind kind, Caller person, CancellationToken cancel)
    {
        var source = sources.FirstOrDefault(each => each.Kind == kind)
            ?? throw new InvalidOperationException($"No room answers for notices of the kind {row.Kind}.");
        return source.WaitsSince(write, person, row.About, cancel);
    }

    private async ValueTask<TakenDelivery?> AddressOf(
        WriteTransaction write, Delivery row, Caller person, ChosenNotices chosen, CancellationToken cancel)
    {
        var taken = new TakenDelivery(row, null)
        {
            Language = chosen.Preferences.Language, Page = person.Role == Role.Patient ? "/portal" : "/",
        };
        switch (row.Channel)
        {
            case NoticeChannel.Email:
                // What a server has once refused is tried again for what is urgent.
                return await NoticePerson.Find(write, write.Tenant, person.User, cancel) is { IsVerified: true } account
                    && (account.RefusedAt is null || row.IsUrgent) ? taken with { To = account.Email } : null;
            case NoticeChannel.Push:
                var push = await subscriptions.Find(write, write.Tenant, person.User, row.Recipient, cancel);
                return push is null ? null : taken with { Push = push };
            default:
                return chosen.Phone is { } phone ? taken with { To = phone } : null;
        }
    }

    private static async ValueTask<Result<TakenDelivery?>> Claim(
        WriteTransaction write, Delivery row, IChannel channel, TakenDelivery taken, CancellationToken cancel)
    {
        var until = write.At + channel.Longest + Margin;
        if (!await DeliveryQueue.Claim(write, row, until, cancel)) return default(TakenDelivery);
        // The attempt before has left its lease: its process ended without telling what became of it.
        return taken with
        {
            ClaimedAt = write.At,
            IsRepeated = row.LeasedUntil is not null,
            Row = row with { DueAt = until.ToMicroseconds(), LeasedUntil = until, Attempts = row.Attempts + 1 },
        };
    }

    private static async ValueTask<Result<TakenDelivery?>> Postpone(
        WriteTransaction write, Delivery row, DateTimeOffset until, bool planned, CancellationToken cancel)
    {
        await DeliveryQueue.Postpone(write, row, until, planned, cancel);
        return default(TakenDelivery);
    }

    private async ValueTask<Result<TakenDelivery?>> Drop(
        WriteTransaction write, Delivery row, NoticeOutcome outcome, CancellationToken cancel)
    {
        await end.Run(write, row, outcome, cancel);
        return default(TakenDelivery);
    }

    private async ValueTask<Caller?> PersonOf(TenantId tenant, UserId user, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (await database.QueryOne(FindUser, [tenant.Value, user.Value], UserRow.Map, cancel) is not { } row) return null;
        return (await dependants.Of(row, now, cancel)).CallerIn(new SessionId(""), now);
    }

    private static readonly Statement FindUser = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and not u.disabled
        """);
}
