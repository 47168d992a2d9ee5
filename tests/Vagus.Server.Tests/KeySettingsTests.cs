namespace Vagus.Server.Tests;

public sealed class KeySettingsTests
{
    [Fact]
    public void Without_variables_the_root_key_is_in_a_file_and_keys_lie_beside_the_data()
    {
        var access = KeySettings.Read(_ => null);

        Assert.Equal("file", access.Roots.Wrapping);
        Assert.Null(access.KeysPostgres);
        Assert.Null(access.Roots.Kms);
        Assert.Null(access.Roots.Transit);
    }

    [Fact]
    public void Providers_are_read_and_the_one_that_is_named_wraps()
    {
        var access = Read(
            "VAGUS_ROOT_PROVIDER=vault-transit", "VAGUS_KMS_KEY=k-1", "VAGUS_TRANSIT_URL=https://vault.example:8200",
            "VAGUS_TRANSIT_KEY=vagus", "VAGUS_TRANSIT_TOKEN_FILE=token");

        Assert.Equal("vault-transit", access.Roots.Wrapping);
        Assert.Equal("k-1", access.Roots.Kms?.KeyId);
        Assert.Equal(("vagus", "transit"), (access.Roots.Transit?.KeyName, access.Roots.Transit?.Mount));
    }

    [Theory]
    [InlineData("VAGUS_ROOT_PROVIDER=kms")]
    [InlineData("VAGUS_ROOT_PROVIDER=aws-kms")]
    [InlineData("VAGUS_ROOT_PROVIDER=vault-transit")]
    [InlineData("VAGUS_TRANSIT_URL=https://vault.example")]
    [InlineData("VAGUS_TRANSIT_URL=http://vault.example", "VAGUS_TRANSIT_KEY=vagus", "VAGUS_TRANSIT_TOKEN_FILE=token")]
    [InlineData("VAGUS_TRANSIT_URL=vault", "VAGUS_TRANSIT_KEY=vagus", "VAGUS_TRANSIT_TOKEN_FILE=token")]
    [InlineData("VAGUS_KMS_KEY=k-1", "VAGUS_KMS_URL=http://kms.example")]
    public void What_is_incomplete_or_would_travel_in_the_clear_is_refused(params string[] variables) =>
        Assert.Throws<FormatException>(() => Read(variables));

    private static Access.AccessOptions Read(params string[] variables)
    {
        var set = variables.ToDictionary(each => each.Split('=')[0], each => each.Split('=')[1], StringComparer.Ordinal);
        return KeySettings.Read(set.GetValueOrDefault);
    }
}
