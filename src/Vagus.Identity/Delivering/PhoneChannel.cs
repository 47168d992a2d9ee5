using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;

namespace Vagus.Identity.Delivering;

/// <summary>
/// Text messages and calls by a gateway of the operator's choice: one POST for each, signed with the shared secret over the second at which
/// it was signed and the body, so that neither can be changed, and an old request is known as old.
/// </summary>
internal sealed class PhoneChannel : IChannel, IDisposable
{
    public const string IdempotencyHeader = "Idempotency-Key";
    private const int TooEarly = 425;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly IdentityOptions options;
    private readonly TimeProvider clock;
    private readonly HttpClient http;

    public PhoneChannel(IdentityOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        http = GuardedHttp.Create(new OutgoingRules { PrivateToo = options.Notices.PhoneOnPrivateNetwork });
    }

    public TimeSpan Longest => TimeSpan.FromSeconds(20);

    public bool Serves(NoticeChannel channel) =>
        channel is NoticeChannel.Sms or NoticeChannel.Voice && options.Notices.PhoneWebhook is not null;

    public async Task<ChannelAnswer> Send(TakenDelivery taken, CancellationToken cancel)
    {
        var row = taken.Row;
        var link = $"{options.Issuer.TrimEnd('/')}{taken.Page}";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new PhoneRequest(
                row.Id, row.Channel.Name(), taken.To ?? "", NoticeTexts.Phone(taken.Kind, taken.Language, row.Channel, link),
                taken.Language, taken.Kind.Name(), row.Tenant.Value, row.Attempts),
            Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Notices.PhoneWebhook);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(
            RequestSignature.Header, RequestSignature.Of(options.Notices.PhoneSecret ?? "", clock.GetUtcNow(), body));
        request.Headers.Add(IdempotencyHeader, row.Id);
        using var answer = await http.SendAsync(request, cancel);
        if (answer.IsSuccessStatusCode) return ChannelAnswer.Taken;
        return MayBeTakenLater(answer.StatusCode)
            ? throw new HttpRequestException("The gateway did not take it.", null, answer.StatusCode) : ChannelAnswer.Refused;
    }

    // A gateway whose secret is being changed answers 401 or 403 for a while.
    private static bool MayBeTakenLater(HttpStatusCode status) =>
        (int)status is >= 500 or < 400 or TooEarly || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    public void Dispose() => http.Dispose();

    private sealed record PhoneRequest(
        string Id, string Channel, string To, string Text, string Language, string Kind, string Tenant, long Attempt);
}
