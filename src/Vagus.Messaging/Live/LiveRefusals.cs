using Vagus.Kernel;

namespace Vagus.Messaging.Live;

/// <summary>Refusals in the words of <c>/messaging</c>: its clients know these codes and no others.</summary>
internal static class LiveRefusals
{
    public static Refusal Of(Refusal refusal) => refusal with { Code = CodeOf(refusal) };

    private static string CodeOf(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.TooLarge => "too_long",
        RefusalKind.Conflict => "conflict",
        RefusalKind.TooMany => "rate_limited",
        RefusalKind.Unauthenticated => "unauthenticated",
        // What the caller may not do is told like what is not there.
        RefusalKind.NotFound or RefusalKind.Forbidden or RefusalKind.Gone => "not_found",
        RefusalKind.Unavailable => refusal.Code,
        _ => "invalid",
    };
}
