using Vagus.Access.Tests.Vault.Envelopes;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Keys;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Vault;

public sealed class BlindFieldTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(at => (byte)at)];

    [Theory]
    [InlineData(16, 2, 3)]
    [InlineData(1_000, 5, 8)]
    [InlineData(1_000_000, 10, 18)]
    public void A_value_shares_its_index_with_two_to_the_root_of_the_rows(long rows, int fewest, int most)
    {
        Assert.Equal((fewest, most), BlindField.Plan(rows));
        Assert.InRange(rows / Math.Pow(2, most), 2, Math.Sqrt(rows));
        Assert.InRange(rows / Math.Pow(2, fewest), 2, Math.Sqrt(rows));
    }

    [Fact]
    public void A_field_of_few_rows_has_no_index() => Assert.Throws<ArgumentOutOfRangeException>(() => BlindField.Plan(15));

    [Fact]
    public void The_index_is_what_another_implementation_makes()
    {
        var known = Vectors.Frozen;
        Assert.All(known.Derived, derived => Assert.Equal(
            derived.Key,
            Convert.ToHexStringLower(ContentVault.Derive(known.KeyBytes, new TenantId("harbor"), derived.Purpose))));
        var field = new BlindField(known.BlindIndex.Field, known.BlindIndex.Bits, BlindForm.Exact);
        var key = ContentVault.Derive(known.KeyBytes, new TenantId("harbor"), $"blind-index/{field.Name}");

        Assert.Equal(known.BlindIndex.Index, field.IndexOf(key, known.BlindIndex.Value));
    }

    [Fact]
    public void A_wrapped_key_is_what_another_implementation_makes()
    {
        var known = Vectors.Frozen.WrappedKey;
        var scope = new KeyScope(new TenantId(known.Tenant), known.ScopeType, known.ScopeId);
        var bound = KeyWrap.Bound(scope, known.Id, known.Version);

        var key = KeyWrap.Unwrap(Convert.FromHexString(known.Under), Convert.FromHexString(known.Wrapped), bound);

        Assert.Equal(Vectors.Frozen.KeyBytes, key);
    }

    [Theory]
    [InlineData(BlindForm.Letters, " Maya@Harbor.example ", "maya@harbor.example", true)]
    [InlineData(BlindForm.Letters, "maya@harbor.example", "maya@harbour.example", false)]
    [InlineData(BlindForm.Letters, "JOS\u00c9@harbor.example", "jos\u00e9@harbor.example", true)]
    [InlineData(BlindForm.Digits, "+1 (555) 010-2030", "15550102030", true)]
    [InlineData(BlindForm.Exact, "a", "A", false)]
    public void Forms_say_what_counts_as_equal(BlindForm form, string one, string other, bool equal)
    {
        var field = new BlindField("patient.x", 64, form);

        Assert.Equal(equal, field.IndexOf(Key, one) == field.IndexOf(Key, other));
    }

    [Fact]
    public void Ten_thousand_values_fall_evenly_on_the_indexes()
    {
        var field = new BlindField("patient.mrn", 8, BlindForm.Exact);

        var groups = Enumerable.Range(0, 10_000).GroupBy(at => field.IndexOf(Key, $"MRN-{at}"), StringComparer.Ordinal).ToList();

        Assert.Equal(256, groups.Count);
        Assert.All(groups, group => Assert.InRange(group.Count(), 10, 80));
    }
}
