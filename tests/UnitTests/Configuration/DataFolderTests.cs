using System.Runtime.Versioning;
using Sparkplug.Configuration;

namespace UnitTests.Configuration;

[SupportedOSPlatform("linux")]
public sealed class DataFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("data").FullName;

    private string Path => System.IO.Path.Combine(_parent, "a", "b");

    [Fact]
    public void It_belongs_to_one_user_and_its_owner_alone()
    {
        using var first = DataFolder.Take(Path, "Broker:DataDirectory", "broker");

        var fault = Assert.Throws<ConfigurationFaultException>(() => DataFolder.Take(Path, "Broker:DataDirectory", "broker")).Faults.Single();

        Assert.Equal("Broker:DataDirectory", fault.Key);
        Assert.Contains("is another broker running on it?", fault.Reason, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void The_next_one_can_have_it_when_it_is_let_go()
    {
        DataFolder.Take(Path, "key", "service").Dispose();
        DataFolder.Take(Path, "key", "service").Dispose();
    }

    [Fact]
    public void A_path_that_cannot_be_a_folder_is_a_fault()
    {
        File.WriteAllText(System.IO.Path.Combine(_parent, "a"), "");
        Assert.Throws<ConfigurationFaultException>(() => DataFolder.Take(Path, "key", "service"));
    }

    [Fact]
    public void A_private_file_is_replaced_whole_and_read_by_its_owner_alone()
    {
        var file = System.IO.Path.Combine(_parent, "secret");
        PrivateFile.Write(file, "one");
        PrivateFile.Write(file, "two");

        Assert.Equal("two", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_parent));
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
