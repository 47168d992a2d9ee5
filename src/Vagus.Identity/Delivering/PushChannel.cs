using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;
using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;
using Vagus.Kernel;

namespace Vagus.Identity.Delivering;

/// <summary>Web Push (RFC 8030, 8291, 8292): what waits, in the person's language, encrypted for the browser.</summary>
internal sealed class PushChannel : IChannel, IDisposable
{
    // RFC 8030 §5.4: at most 32 characters. A message that waits at the push service is replaced by the next one about the same.
    private const int TopicBytes = 24;
    private const int TooEarly = 425;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly PushKeys keys;
    private readonly IdentityOptions options;
    private readonly TimeProvider clock;
    private readonly HttpClient http;
    private readonly PushServiceClient client;

    public PushChannel(PushKeys keys, IdentityOptions options, TimeProvider clock)
    {
        (this.keys, this.options, this.clock) = (keys, options, clock);
        http = GuardedHttp.Create(new OutgoingRules { PrivateToo = options.Notices.PushOnPrivateNetwork });
        client = new PushServiceClient(http) { AutoRetryAfter = false };
    }

    public TimeSpan Longest => TimeSpan.FromSeconds(20);

    public bool Serves(NoticeChannel channel) => channel == NoticeChannel.Push;

    public async Task<ChannelAnswer> Send(TakenDelivery taken, CancellationToken cancel)
    {
        if (taken.Push is not { } address) return ChannelAnswer.AddressGone;
        var key = await keys.Own(cancel);
        using var own = new VapidAuthentication(key.Public, key.Private) { Subject = Contact() };
        var to = new PushSubscription { Endpoint = address.Endpoint };
        to.SetKey(PushEncryptionKeyName.P256DH, address.P256dh);
        to.SetKey(PushEncryptionKeyName.Auth, address.Auth);
        try
        {
            await client.RequestPushMessageDeliveryAsync(to, MessageOf(taken), own, cancel);
            return ChannelAnswer.Taken;
        }
        catch (PushServiceClientException refused) when (refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return ChannelAnswer.AddressGone;
        }
        catch (PushServiceClientException refused)
            when ((int)refused.StatusCode is >= 400 and < 500 && !MayBeTakenLater(refused.StatusCode))
        {
            return ChannelAnswer.Refused;
        }
    }

    public void Dispose() => http.Dispose();

    // A push service whose clock or whose knowledge of the own key is behind answers 401 or 403 for a while.
    private static bool MayBeTakenLater(HttpStatusCode status) =>
        (int)status == TooEarly || status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.RequestTimeout
            or HttpStatusCode.TooManyRequests;

    private PushMessage MessageOf(TakenDelivery taken)
    {
        var words = NoticeTexts.Of(taken.Kind, taken.Language);
        var topic = SHA256.HashData(Encoding.UTF8.GetBytes($"{taken.Row.Kind}/{taken.Row.About}")).AsSpan(0, TopicBytes);
        var tag = System.Buffers.Text.Base64Url.EncodeToString(topic);
        var seconds = (taken.Row.GiveUpAt - clock.GetUtcNow()).TotalSeconds;
        var content = new PushContent(taken.Row.Id, taken.Row.Kind, words.Title, words.Hint, taken.Page, tag);
        return new PushMessage(JsonSerializer.Serialize(content, Json))
        {
            Topic = tag,
            TimeToLive = (int)Math.Max(0, seconds),
            Urgency = taken.Row.IsUrgent ? PushMessageUrgency.High : PushMessageUrgency.Normal,
        };
    }

    // RFC 8292 §2.1: an address by which the push service reaches the operator.
    private string Contact() => options.Issuer.StartsWith("https://", StringComparison.Ordinal)
        ? options.Issuer : $"mailto:{MimeKit.MailboxAddress.Parse(options.Mail.From).Address}";

    /// <summary>What a page's service worker shows: notices with one tag replace each other.</summary>
    private sealed record PushContent(string Id, string Kind, string Title, string Body, string Url, string Tag);
}
