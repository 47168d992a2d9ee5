using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>
/// <c>GET /api/push/key</c>, <c>POST /api/push/subscriptions</c> with what a browser's <c>PushSubscription.toJSON()</c> gives, and
/// <c>DELETE /api/push/subscriptions/{id}</c>.
/// </summary>
internal sealed class ManagePush(GroupCommit commit, PushSubscriptions subscriptions, PushKeys keys, NoticeOptions options)
{
    private const int LongestEndpoint = 1_024;
    private const int PointBytes = 65;
    private const int AuthBytes = 16;
    private const int MaxBytes = 4 * 1024;

    private static readonly SmallJson Body = new(MaxBytes, maxDepth: 4)
    {
        NoJson = Refusals.InvalidRequest, TooLarge = Refusals.TooLarge, BrokenText = Refusals.InvalidRequest,
    };

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var push = endpoints.MapGroup("/api/push").RecordsRefusals().RequireCaller([.. Enum.GetValues<Role>().Where(role => role != Role.Service)]);
        push.MapGet("/key", (HttpContext http, ManagePush use) => use.Key(http)).AuditsNothing("a public key");
        push.MapPost("/subscriptions", (HttpContext http, ManagePush use) => use.Subscribe(http)).Audits(AuditActions.ChangeNotices);
        push.MapDelete("/subscriptions/{id}", (string id, HttpContext http, ManagePush use) => use.End(id, http))
            .Audits(AuditActions.ChangeNotices);
    }

    private async Task<Ok<PushKeyAnswer>> Key(HttpContext http) =>
        TypedResults.Ok(new PushKeyAnswer((await keys.Own(http.RequestAborted)).Public));

    private async Task<Results<Created<PushSubscriptionAnswer>, ProblemHttpResult>> Subscribe(HttpContext http)
    {
        var body = await Body.Read(http.Request, http.RequestAborted);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        var address = AddressIn(body.Value);
        if (address.Refusal is { } invalid) return invalid.ToProblem();
        var (caller, actor) = (http.Caller(), AuditActor.Of(http));
        var added = await commit.Write<string>(
            caller.Tenant,
            async (write, cancel) =>
            {
                var id = await subscriptions.Add(write, caller.User, address.Value, cancel);
                Record(write, actor, id, "subscribed");
                return id;
            },
            http.RequestAborted);
        return added.Refusal is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Created($"/api/push/subscriptions/{added.Value}", new PushSubscriptionAnswer(added.Value));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> End(string id, HttpContext http)
    {
        var (caller, actor) = (http.Caller(), AuditActor.Of(http));
        var ended = await commit.Write<bool>(
            caller.Tenant,
            async (write, cancel) =>
            {
                if (!await PushSubscriptions.Remove(write, caller.User, id, cancel)) return NoSubscription;
                Record(write, actor, id, "ended");
                return true;
            },
            http.RequestAborted);
        return ended.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static void Record(WriteTransaction write, AuditActor actor, string id, string what) =>
        AuditTrail.Add(write, actor.Entry(AuditActions.ChangeNotices) with { On = $"PushSubscription/{id}", Detail = what });

    private Result<PushAddress> AddressIn(JsonElement body)
    {
        var top = RequestFields.Read(body, "endpoint", "expirationTime", "keys");
        if (top.Refusal is { } refusal) return refusal;
        var endpoint = top.Value.Text("endpoint", LongestEndpoint);
        if (endpoint.Refusal is { } invalid) return invalid;
        if (!MayBeAsked(endpoint.Value)) return FieldRefusals.Wrong("endpoint", "the https address of a push service");
        if (!top.Value.Has("keys")) return FieldRefusals.Missing("keys");
        if (body.GetProperty("keys") is not { ValueKind: JsonValueKind.Object } given) return FieldRefusals.Wrong("keys", "an object");
        var keysGiven = RequestFields.Read(given, "p256dh", "auth");
        if (keysGiven.Refusal is { } unknown) return unknown;
        var (point, auth) = (keysGiven.Value.Text("p256dh"), keysGiven.Value.Text("auth"));
        if ((point.Refusal ?? auth.Refusal) is { } absent) return absent;
        if (!IsPoint(point.Value)) return FieldRefusals.Wrong("p256dh", "a public key on P-256 as base64url");
        return StrictBase64Url.Decode(auth.Value)?.Length == AuthBytes
            ? new PushAddress(endpoint.Value, point.Value, auth.Value) : FieldRefusals.Wrong("auth", $"{AuthBytes} bytes as base64url");
    }

    // Where the name leads is checked at each request (GuardedHttp).
    private bool MayBeAsked(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (options.PushOnPrivateNetwork && url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static bool IsPoint(string text)
    {
        if (StrictBase64Url.Decode(text) is not { Length: PointBytes } bytes || bytes[0] != 4) return false;
        try
        {
            var half = (PointBytes - 1) / 2;
            using var key = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = bytes[1..(half + 1)], Y = bytes[(half + 1)..] },
            });
            return true;
        }
        catch (CryptographicException)
        {
            // Not on the curve.
            return false;
        }
    }

    private static readonly Refusal NoSubscription = new(RefusalKind.NotFound, "not_found", "There is no such subscription.");
}

/// <summary>What <c>PushManager.subscribe</c> takes as <c>applicationServerKey</c>.</summary>
internal sealed record PushKeyAnswer(string PublicKey);

internal sealed record PushSubscriptionAnswer(string Id);
