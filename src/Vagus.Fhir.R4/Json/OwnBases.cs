namespace Vagus.Fhir.R4.Json;

/// <summary>
/// The addresses of <c>/fhir</c> that are this server's own: a reference below one of them is a reference to a resource of ours
/// (R4 search, "reference": an absolute URL and the relative reference that resolves to it are the same).
/// Addresses are the same when host, port and path are. The scheme does not count: behind a proxy that ends TLS, https arrives as http.
/// </summary>
public sealed class OwnBases
{
    public static readonly OwnBases None = new();

    private readonly string[] addresses;

    public OwnBases(params IEnumerable<string> addresses) =>
        this.addresses = [.. addresses.Select(address => address.TrimEnd('/')).Distinct(StringComparer.Ordinal)];

    /// <summary>These and the address by which one request came.</summary>
    public OwnBases With(string address) => Contains(address) ? this : new OwnBases([.. addresses, address]);

    public bool Contains(ReadOnlySpan<char> address)
    {
        var asked = Address.Of(address.TrimEnd('/'));
        foreach (var known in addresses)
        {
            if (asked.IsAt(Address.Of(known), out var rest) && rest.IsEmpty) return true;
        }

        return false;
    }

    /// <summary>
    /// What follows one of these addresses in the URL, without the slash between: <c>Patient/1</c>. Empty for a URL of another server.
    /// </summary>
    public ReadOnlySpan<char> Relative(ReadOnlySpan<char> url)
    {
        var asked = Address.Of(url);
        foreach (var known in addresses)
        {
            if (asked.IsAt(Address.Of(known), out var rest) && rest is ['/', ..]) return rest[1..];
        }

        return [];
    }

    // Authority without the default port, and everything from the first slash on. Both empty for what is not http or https.
    private readonly ref struct Address(ReadOnlySpan<char> authority, ReadOnlySpan<char> path)
    {
        private readonly ReadOnlySpan<char> authority = authority;
        private readonly ReadOnlySpan<char> path = path;

        public static Address Of(ReadOnlySpan<char> url)
        {
            var secure = url.StartsWith("https://", StringComparison.Ordinal);
            if (!secure && !url.StartsWith("http://", StringComparison.Ordinal)) return default;
            var rest = url[(secure ? "https://".Length : "http://".Length)..];
            var slash = rest.IndexOf('/');
            var authority = slash < 0 ? rest : rest[..slash];
            var port = secure ? ":443" : ":80";
            if (authority.EndsWith(port, StringComparison.Ordinal)) authority = authority[..^port.Length];
            return new Address(authority, slash < 0 ? [] : rest[slash..]);
        }

        /// <summary>Whether this is the other address or below it; <paramref name="rest"/> is what follows.</summary>
        public bool IsAt(Address other, out ReadOnlySpan<char> rest)
        {
            var same = !authority.IsEmpty && authority.Equals(other.authority, StringComparison.OrdinalIgnoreCase)
                && path.StartsWith(other.path, StringComparison.Ordinal);
            rest = same ? path[other.path.Length..] : [];
            return same;
        }
    }
}
