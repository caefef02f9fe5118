"""Read-only settings: brands, email addresses, macros."""

from intercom.unstable import NotFoundError

from support import NO_NUMBER, ids, refused


def test_one_brand_is_the_default(preview):
    brands = preview.unstable.brands.list_brands().data
    assert [brand.is_default for brand in brands].count(True) == 1
    assert preview.unstable.brands.retrieve_brand(brands[0].id).name == brands[0].name


def test_an_address_is_found_by_id(preview):
    address = preview.unstable.emails.list_emails().data[0]
    assert preview.unstable.emails.retrieve_email(address.id).email == address.email


def test_macros_are_listed_in_pages(preview):
    everything = preview.unstable.macros.list_macros()
    assert everything.pages.next is None
    found, after = [], None
    while len(found) <= len(everything.data):
        page = preview.unstable.macros.list_macros(per_page=1, starting_after=after)
        found += ids(page.data)
        if page.pages.next is None:
            break
        after = page.pages.next.starting_after
    assert found == ids(everything.data)


def test_an_unknown_macro_is_not_found(preview):
    with refused(404, "not_found", "Macro not found", NotFoundError):
        preview.unstable.macros.get_macro(str(NO_NUMBER))
