namespace Vagus.Kernel;

/// <summary>
/// An expected "no", as a value. <see cref="Code"/> is stable and public; <see cref="Message"/> never holds patient data.
/// </summary>
public record Refusal(RefusalKind Kind, string Code, string Message)
{
    /// <summary>The name of a detail: after how many whole seconds the same makes sense again; over HTTP <c>Retry-After</c> too.</summary>
    public const string RetryAfter = "retryAfter";

    /// <summary>
    /// Further fields of the answer, such as who was faster; null where the code says all. Names are camelCase, values ids and instants.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Details { get; init; }
}

/// <summary>What kind of "no" it is; every adapter maps it to its own status (HTTP, ack, OperationOutcome).</summary>
public enum RefusalKind
{
    Invalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    PreconditionFailed,
    Gone,
    TooLarge,
    Unprocessable,
    TooMany,
    Unavailable,
    Unsupported,
    NotAcceptable,
}
