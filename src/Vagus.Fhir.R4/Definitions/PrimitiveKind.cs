namespace Vagus.Fhir.R4.Definitions;

/// <summary>The primitive types of R4; which JSON token and which text each takes is in Validation.</summary>
public enum PrimitiveKind
{
    None,
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

internal static class PrimitiveKinds
{
    public static PrimitiveKind Parse(string typeName) => Enum.Parse<PrimitiveKind>(typeName, ignoreCase: true);
}
