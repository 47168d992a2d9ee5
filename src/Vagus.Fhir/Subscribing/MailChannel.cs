using System.Globalization;
using System.Net.Mail;
using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The channel <c>email</c>: a mail says that something waits, with the id of the subscription and the numbers of its events. The
/// notification may be attached, with references at most: a mail is read on its way and lies in mailboxes.
/// </summary>
internal sealed class MailChannel(Database database, IMailStaff mails) : IReceiverChannel
{
    public const string Type = "email";
    public const string Scheme = "mailto:";

    /// <summary>Of the body.</summary>
    public const string Payload = "text/plain";
    private const string Attaching = "text/plain;attach=application/fhir+json";
    private const string Channel = "Subscription.channel";
    private const int LongestAddress = 320;

    /// <summary>One subscription mails no more often, whatever happens: what was counted meanwhile goes with the next one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> Types { get; } = [Type];

    public Refusal? Refuse(string type, JsonElement channel, string endpoint)
    {
        if (channel.TryGetProperty("header"u8, out _)) return SubscriptionForm.No($"{Channel}.header", "A mail has no headers of a client's.");
        return IsAddress(endpoint)
            ? null : SubscriptionForm.No($"{Channel}.endpoint", "The endpoint is mailto: with one address, and nothing behind it.");
    }

    /// <summary>Why a mail does not hold what is asked for; null where it does.</summary>
    public static Refusal? Refuse(SubscriptionForm form)
    {
        if (form.Heartbeat is not null) return SubscriptionForm.No($"{Channel}.extension", "Signs of life are not mailed.");
        if (form.Payload is not (Payload or Attaching))
            return SubscriptionForm.No($"{Channel}.payload", $"The payload of a mail is {Payload} or {Attaching}.");
        if (form.Content == Backport.Empty || (form.Content == Backport.IdOnly && form.Payload == Attaching)) return null;
        return SubscriptionForm.No(
            $"{Channel}.payload", $"The content of a mail is {Backport.Empty}; {Backport.IdOnly} where the notification is attached.");
    }

    /// <summary>Whether the subscription's notifications are attached.</summary>
    public static bool Attaches(SubscriptionPlan plan) => plan.Payload == Attaching;

    public async ValueTask<HookAnswer> Send(TakenNotification taken, CancellationToken cancel)
    {
        var row = taken.Row;
        var address = row.Plan.Endpoint[Scheme.Length..];
        // Who has left, or has another address, is not told any more.
        if (!await mails.Knows(database, row.Tenant, address, cancel)) return HookAnswer.Gone;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(row.Plan.Attempt);
        try
        {
            return await mails.Send(MailOf(taken, address), limit.Token) switch
            {
                StaffMailAnswer.Taken => HookAnswer.Taken,
                StaffMailAnswer.AddressGone => HookAnswer.Gone,
                StaffMailAnswer.Refused => HookAnswer.Refused,
                _ => HookAnswer.Unanswered,
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return HookAnswer.Unanswered;
        }
    }

    private static SubscriptionMail MailOf(TakenNotification taken, string address)
    {
        var row = taken.Row;
        var isHandshake = taken.Type == Backport.Handshake;
        // A subscription that is activated again shakes hands again; the same events are the same mail.
        var about = isHandshake ? $"handshake-{Text(row.Position)}" : Text(taken.Last);
        return new SubscriptionMail($"{row.Tenant.Value}.{row.Id}.{about}", row.Tenant, address, row.Id)
        {
            Events = isHandshake ? null : (row.Delivered + 1, taken.Last), Attachment = Attaches(row.Plan) ? taken.Body : null,
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsAddress(string endpoint) =>
        endpoint.StartsWith(Scheme, StringComparison.Ordinal) && endpoint.Length <= LongestAddress
            && endpoint.AsSpan().IndexOfAny('?', ',', '%') < 0
            && MailAddress.TryCreate(endpoint[Scheme.Length..], out var parsed) && parsed.Address == endpoint[Scheme.Length..];
}
