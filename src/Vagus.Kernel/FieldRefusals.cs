namespace Vagus.Kernel;

/// <summary>The refusals of <see cref="RequestFields"/>. The codes are part of the contract; the messages may improve.</summary>
public static class FieldRefusals
{
    public const string InvalidField = "invalid_field";

    public static readonly Refusal NotAnObject = new(RefusalKind.Invalid, "invalid_request", "Send one object.");

    public static Refusal UnknownField(string name) =>
        new(RefusalKind.Invalid, "unknown_field", $"There is no field '{(name.Length <= 64 ? name : name[..64])}'.");

    public static Refusal Missing(string name) => new(RefusalKind.Invalid, "missing_field", $"'{name}' is missing.");

    public static Refusal Wrong(string name, string expected) => new(RefusalKind.Invalid, InvalidField, $"'{name}' must be {expected}.");

    public static Refusal TooMany(string name, int atMost) =>
        new(RefusalKind.Invalid, "too_many_values", $"'{name}' has at most {atMost} values.");
}
