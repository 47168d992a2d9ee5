using Vagus.Identity.Passwords;

// Passwords, one a line, to the filter that Vagus.Identity embeds. The same list gives the same bytes.
if (args is not [var source, var target])
{
    Console.Error.WriteLine("Usage: Vagus.PasswordListGenerator <list> <filter>");
    return 1;
}

// Shorter ones cannot be a password here, nor most of one.
var passwords = File.ReadLines(source)
    .Where(line => line.Length >= PasswordFilter.MinLength)
    .Select(line => line.ToLowerInvariant())
    .ToHashSet(StringComparer.Ordinal);
var filter = PasswordFilter.Of(passwords);
File.WriteAllBytes(target, filter.ToBytes());
Console.WriteLine($"{filter.Count} passwords, {new FileInfo(target).Length} bytes");
return 0;
