namespace Vagus.Kernel;

/// <summary>An expected "no", as a value. <see cref="Code"/> is stable and public; <see cref="Message"/> never holds patient data.</summary>
public record Refusal(RefusalKind Kind, string Code, string Message);

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

/// <summary>Either what was asked for or the refusal. Exactly one of the two is set.</summary>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    public Refusal? Refusal { get; }

    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused: {Refusal.Code}");

    public bool IsRefused => Refusal is not null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
