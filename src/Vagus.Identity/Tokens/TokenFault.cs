namespace Vagus.Identity.Tokens;

/// <summary>Why a token was refused. For the log only: every one is the same 401 outside.</summary>
internal enum TokenFault
{
    None,
    TooLong,
    NotThreeSegments,
    BadEncoding,
    BadHeader,
    ForbiddenHeader,
    WrongKind,
    BadPayload,
    UnknownIssuer,
    UnknownKey,
    WrongAlgorithm,
    BadSignature,
    MissingClaim,
    WrongAudience,
    Expired,
    NotYetValid,
    TooOld,
}

/// <summary>The verified claims, or the reason why there are none.</summary>
internal readonly record struct TokenCheck(AccessClaims? Claims, TokenFault Fault)
{
    public static implicit operator TokenCheck(TokenFault fault) => new(null, fault);

    public static implicit operator TokenCheck(AccessClaims claims) => new(claims, TokenFault.None);
}
