using Vagus.Kernel;

namespace Vagus.Realtime.Requests;

/// <summary>The words of this room's refusals. The codes are part of the contract; the messages may improve.</summary>
internal static class Refusals
{
    public static readonly Refusal MissingCredentials =
        new(RefusalKind.Unauthenticated, "missing_credentials",
            "Send auth { token } or auth { sessionId, userId, role }, or an Authorization header.");

    public static readonly Refusal Unauthenticated = new(
        RefusalKind.Unauthenticated, "unauthenticated", "Sign in and send a valid access token.");

    public static readonly Refusal AnotherCaller =
        new(RefusalKind.Forbidden, "another_caller",
            "The token belongs to another user than the connection: open a new connection for that user.");

    public static readonly Refusal BrokenText = new(
        RefusalKind.Invalid, "invalid_request", "A text holds U+0000 or half of a surrogate pair.");

    public static readonly Refusal UnknownEvent = new(RefusalKind.Invalid, "unknown_event", "There is no such event.");

    public static readonly Refusal UnknownFrame = new(RefusalKind.Invalid, "unknown_type", "There is no such type of frame.");

    public static readonly Refusal BadFrame = new(RefusalKind.Invalid, "bad_frame", "A frame is a JSON object { type, data }.");

    public static readonly Refusal NotAuthenticated = new(
        RefusalKind.Unauthenticated, "not_authenticated", "The first frame must be authenticate { token }.");

    public static readonly Refusal TooManyFrames = new(RefusalKind.TooMany, "too_many_frames", "Too many frames: slow down.");

    public static readonly Refusal NoSuchSubscription = new(
        RefusalKind.NotFound, "subscription_not_found", "There is no such subscription on this connection.");

    public static readonly Refusal NoSuchResource = new(RefusalKind.NotFound, "not_found", "There is no such resource.");

    public static readonly Refusal SearchStandsAlone = new(
        RefusalKind.Invalid, "invalid_request", "A search is kept open by itself: beside it a request names since and nothing else.");

    public static readonly Refusal Unavailable = new(RefusalKind.Unavailable, "unavailable", "This could not be done now. Try again.");

    public static Refusal TooManySubscriptions(int atMost) =>
        new(RefusalKind.TooMany, "too_many_subscriptions", $"A connection has at most {atMost} subscriptions.");

    public static Refusal TooManySearches(int atMost) =>
        new(RefusalKind.TooMany, "too_many_searches", $"The connections of a tenant keep at most {atMost} searches open.");

    public static Refusal TooManySearchesOfUser(int atMost) =>
        new(RefusalKind.TooMany, "too_many_searches", $"The connections of one user keep at most {atMost} searches open.");

    public static Refusal TooManyConnections(int atMost) =>
        new(RefusalKind.TooMany, "too_many_connections", $"One user has at most {atMost} connections here.");

    public static Refusal TooManyViews(int atMost) =>
        new(RefusalKind.TooMany, "too_many_views", $"A connection views at most {atMost} resources.");

    public static Refusal UnknownEventType(string name) =>
        new(RefusalKind.Invalid, "unknown_event_type", $"There is no event type '{Short(name)}'.");

    public static Refusal UnknownResourceType(string name) =>
        new(RefusalKind.Invalid, "unknown_resource_type", $"There is no R4 resource type '{Short(name)}'.");

    private static string Short(string name) => name.Length <= 64 ? name : name[..64];
}
