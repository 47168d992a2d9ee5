using System.CommandLine;
using Vagus.Server.Commands;

namespace Vagus.Server.Tests;

public sealed class PeopleCommandTests
{
    [Fact]
    public void A_file_of_sign_ins_that_exists_is_refused_before_users_are_added()
    {
        var existing = Path.GetTempFileName();

        var parsed = PeopleCommands.Create(new ServerSettings(new RootCommand())).Parse(["add", "people.json", "--out", existing]);

        Assert.Single(parsed.Errors);
        File.Delete(existing);
    }
}
