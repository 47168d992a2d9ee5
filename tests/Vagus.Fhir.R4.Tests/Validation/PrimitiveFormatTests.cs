using System.Text;
using Vagus.Fhir.R4.Validation;

namespace Vagus.Fhir.R4.Tests.Validation;

public sealed class PrimitiveFormatTests
{
    [Theory]
    [InlineData(
        "2024 2024-12 2024-02-29 0001-01-01 9999",
        "24 2024- 2024-13 2024-00 2024-2-1 2023-02-29 1900-02-29 2024-01-32 2024-01-00 0000 2024-01-01T 20240101 2024-01-1x")]
    public void Dates(string valid, string invalid) => Check(DateText.IsDate, valid, invalid);

    [Theory]
    [InlineData(
        "2024 2024-06 2024-06-30 2024-06-30T23:59:60Z 2024-06-30T00:00:00.123456789+14:00 2024-06-30T00:00:00-13:59",
        "2024-06-30T 2024-06-30T10 2024-06-30T10:00Z 2024-06-30T10:00:00 2024-06-30T24:00:00Z 2024-06-30T10:60:00Z 2024-06-30T10:00:61Z 2024-06-30T10:00:00.Z 2024-06-30T10:00:00+14:01 2024-06-30T10:00:00+1400 2024-06-30T10:00:00ZZ 2024-06-30t10:00:00Z 2024-06-31T10:00:00Z 2024-06T10:00:00Z")]
    public void Date_times(string valid, string invalid) => Check(DateText.IsDateTime, valid, invalid);

    [Theory]
    [InlineData("2024-06-30T10:00:00Z 2024-06-30T10:00:00.5-05:00", "2024 2024-06-30 2024-06-30T10:00:00")]
    public void Instants(string valid, string invalid) => Check(DateText.IsInstant, valid, invalid);

    [Theory]
    [InlineData("00:00:00 23:59:60 12:00:00.000", "24:00:00 12:00 1:00:00 12:00:00. 12:00:00Z 12-00-00")]
    public void Times(string valid, string invalid) => Check(DateText.IsTime, valid, invalid);

    [Theory]
    [InlineData(
        "a A-1.b 0000000000000000000000000000000000000000000000000000000000000000",
        "a_b a/b ä 00000000000000000000000000000000000000000000000000000000000000000")]
    public void Ids(string valid, string invalid) => Check(PrimitiveText.IsId, valid, invalid);

    [Theory]
    [InlineData(
        "urn:oid:1.2.3 urn:oid:2.16.840.1.113883 urn:oid:0.0",
        "urn:oid:3.1 urn:oid:1 urn:oid:1. urn:oid:1.02 urn:oid:1..2 1.2.3 urn:oid:1.a")]
    public void Oids(string valid, string invalid) => Check(PrimitiveText.IsOid, valid, invalid);

    [Theory]
    [InlineData(
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "urn:uuid:C757873D-ec9a-4326-a141-556f43239520 c757873d-ec9a-4326-a141-556f43239520 urn:uuid:c757873d-ec9a-4326-a141-556f4323952 urn:uuid:c757873dxec9a-4326-a141-556f43239520")]
    public void Uuids(string valid, string invalid) => Check(PrimitiveText.IsUuid, valid, invalid);

    [Theory]
    [InlineData("AAAA AAA= AA== AA\nAA AAAA\r\nAAA=\n", "A AAA AA= A=== ==== = AA=A AA==AAAA AA-_ AA*A \n")]
    public void Base64(string valid, string invalid) => Check(PrimitiveText.IsBase64, valid, invalid);

    [Fact]
    public void Codes_have_single_spaces_inside_and_none_around()
    {
        Assert.True(PrimitiveText.IsCode("a b"u8));
        Assert.False(PrimitiveText.IsCode("a  b"u8));
        Assert.False(PrimitiveText.IsCode("a "u8));
        Assert.False(PrimitiveText.IsCode(" a"u8));
        Assert.False(PrimitiveText.IsCode(""u8));
        Assert.False(PrimitiveText.IsCode("a\tb"u8));
        Assert.False(PrimitiveText.IsCode("a\u0001b"u8));
    }

    private static void Check(IsFormat isFormat, string valid, string invalid)
    {
        Assert.All(valid.Split(' '), text => Assert.True(isFormat(Encoding.UTF8.GetBytes(text)), text));
        Assert.All(invalid.Split(' '), text => Assert.False(isFormat(Encoding.UTF8.GetBytes(text)), text));
        Assert.False(isFormat(""u8));
    }

    private delegate bool IsFormat(ReadOnlySpan<byte> text);
}
