//! A page that lists the people in a Neo4j database and edits them: no server of its own, the page talks to the database.

mod people;

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use people::{People, Person};

fn main() {
    mount_to_body(App);
}

/// The state of the page. A driver belongs to its thread, and so does a signal that holds one.
#[derive(Clone, Copy)]
struct Page {
    people: RwSignal<Option<People>, LocalStorage>,
    list: RwSignal<Vec<Person>>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Page {
    /// Does some work and lists people anew, or says what went wrong; `then` hears whether all went well.
    fn work<F>(self, people: People, work: F, then: impl FnOnce(bool) + 'static)
    where
        F: AsyncFnOnce(&People) -> neo4j_wasm::Result<()> + 'static,
    {
        self.busy.set(true);
        spawn_local(async move {
            let done = match work(&people).await {
                Ok(()) => people.list().await,
                Err(error) => Err(error),
            };
            self.busy.set(false);
            self.error.set(done.as_ref().err().map(ToString::to_string));
            let good = done.is_ok();
            if let Ok(list) = done {
                self.list.set(list);
                self.people.set(Some(people));
            }
            then(good);
        });
    }

    /// The same, with the people that the page is connected to.
    fn change<F>(self, work: F, then: impl FnOnce(bool) + 'static)
    where
        F: AsyncFnOnce(&People) -> neo4j_wasm::Result<()> + 'static,
    {
        if let Some(people) = self.people.get_untracked() {
            self.work(people, work, then);
        }
    }

    fn disconnect(self) {
        if let Some(people) = self.people.try_update(Option::take).flatten() {
            spawn_local(async move { people.close().await });
        }
        self.error.set(None);
    }
}

#[component]
fn App() -> impl IntoView {
    let page = Page {
        people: RwSignal::new_local(None),
        list: RwSignal::default(),
        error: RwSignal::default(),
        busy: RwSignal::new(false),
    };
    let connected = Memo::new(move |_| page.people.with(Option::is_some));
    view! {
        <main aria-busy=move || page.busy.get().to_string()>
            <header>
                <h1 id="title" tabindex="-1">"People"</h1>
                <Show when=move || connected.get()>
                    <button on:click=move |_| page.disconnect()>"Disconnect"</button>
                </Show>
            </header>
            <p role="alert" class="error">{move || page.error.get()}</p>
            <Show when=move || connected.get() fallback=move || view! { <Connect page/> }>
                <List page/>
                <Add page/>
            </Show>
        </main>
    }
}

#[component]
fn Connect(page: Page) -> impl IntoView {
    let (uri, user, password) = (NodeRef::<Input>::new(), NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let connect = move |event: SubmitEvent| {
        event.prevent_default();
        match People::new(&text(uri), &text(user), &text(password)) {
            Ok(people) => page.work(people, People::connect, |good| {
                if good {
                    focus("title")
                }
            }),
            Err(error) => page.error.set(Some(error.to_string())),
        }
    };
    view! {
        <form class="card" on:submit=connect>
            <label>"Bolt URI" <input node_ref=uri name="uri" required value="bolt://localhost:7687"/></label>
            <label>"User" <input node_ref=user name="user" autocomplete="username" value="neo4j"/></label>
            <label>
                "Password"
                <input node_ref=password name="password" type="password" autocomplete="current-password"/>
            </label>
            <button class="primary" disabled=move || page.busy.get()>"Connect"</button>
        </form>
    }
}

#[component]
fn List(page: Page) -> impl IntoView {
    view! {
        <ul class="card" aria-label="People">
            <For each=move || page.list.get() key=Person::clone let:person>
                <Row page person/>
            </For>
            <Show when=move || page.list.with(Vec::is_empty)><li class="hint">"No one yet: add someone."</li></Show>
        </ul>
    }
}

#[component]
fn Row(page: Page, person: Person) -> impl IntoView {
    let editing = RwSignal::new(false);
    move || match editing.get() {
        true => view! { <Edit page editing person=person.clone()/> }.into_any(),
        false => view! { <Shown page editing person=person.clone()/> }.into_any(),
    }
}

#[component]
fn Shown(page: Page, editing: RwSignal<bool>, person: Person) -> impl IntoView {
    let Person { id, name, born } = person;
    let (edit_id, field_id) = (format!("edit-{id}"), format!("name-{id}"));
    let edit = move |_| {
        editing.set(true);
        focus(&field_id);
    };
    let remove = move |_| {
        let id = id.clone();
        page.change(async move |people| people.remove(&id).await, |_| focus("title"));
    };
    view! {
        <li>
            <b>{name.clone()}</b>
            <span class="hint">{born.map(|year| format!("born {year}"))}</span>
            <button id=edit_id aria-label=format!("Edit {name}") on:click=edit>"Edit"</button>
            <button aria-label=format!("Delete {name}") on:click=remove>"Delete"</button>
        </li>
    }
}

#[component]
fn Edit(page: Page, editing: RwSignal<bool>, person: Person) -> impl IntoView {
    let (name, born) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let Person { id, name: old_name, born: old_born } = person;
    let (field_id, edit_id) = (format!("name-{id}"), format!("edit-{id}"));
    let close = move || {
        editing.set(false);
        focus(&edit_id);
    };
    let (done, cancel, escape) = (close.clone(), close.clone(), close);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (person, done) = (Person { id: id.clone(), name: text(name), born: year(born) }, done.clone());
        page.change(
            async move |people| people.change(&person).await,
            move |good| {
                if good {
                    done()
                }
            },
        );
    };
    view! {
        <li>
            <form on:submit=save on:keydown=move |event| if event.key() == "Escape" { escape() }>
                <input node_ref=name id=field_id aria-label="Name" required value=old_name/>
                <input node_ref=born type="number" aria-label="Born" value=old_born.map(|year| year.to_string())/>
                <button class="primary" disabled=move || page.busy.get()>"Save"</button>
                <button type="button" on:click=move |_| cancel()>"Cancel"</button>
            </form>
        </li>
    }
}

#[component]
fn Add(page: Page) -> impl IntoView {
    let (name, born) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let (new_name, year) = (text(name), year(born));
        let then = move |good| {
            for field in [name, born].into_iter().filter(|_| good) {
                field.get_untracked().inspect(|field| field.set_value(""));
            }
            focus("new-name");
        };
        page.change(async move |people| people.add(&new_name, year).await, then);
    };
    view! {
        <form class="card" on:submit=add>
            <label>"Name" <input node_ref=name id="new-name" required autocomplete="off"/></label>
            <label>"Born" <input node_ref=born id="new-born" type="number"/></label>
            <button class="primary" disabled=move || page.busy.get()>"Add"</button>
        </form>
    }
}

fn text(field: NodeRef<Input>) -> String {
    field.get_untracked().map(|field| field.value()).unwrap_or_default()
}

/// A year, or nothing where nothing was typed.
fn year(field: NodeRef<Input>) -> Option<i64> {
    text(field).parse().ok()
}

/// Puts the focus on an element, once what has changed is on the page.
fn focus(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(&id) {
            // It fails for elements that take no focus, and these do.
            let _ = leptos::wasm_bindgen::JsCast::unchecked_into::<leptos::web_sys::HtmlElement>(element).focus();
        }
    });
}
