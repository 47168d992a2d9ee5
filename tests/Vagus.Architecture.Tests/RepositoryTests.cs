namespace Vagus.Architecture.Tests;

public sealed class RepositoryTests
{
    [Fact]
    public void A_folder_of_code_named_data_is_read() =>
        Assert.Contains("web/staff/src/data/session/session.ts", Repository.Files);
}
